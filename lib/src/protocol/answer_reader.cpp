#include "protocol/answer_reader.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>

namespace llmload::protocol {
namespace {

namespace json = boost::json;

/// Where in an answer the parser is, as far as it matters to us.
enum class Place : std::uint8_t {
  elsewhere,
  answer,
  choices,
  choice,
  message,  // or delta
  tool_calls,
  tool_call,
  function,
  usage
};

/// The member names that matter to us.
enum class Name : std::uint8_t {
  other,
  arguments,
  choices,
  completion_tokens,
  content,
  delta,
  error,
  finish_reason,
  function,
  message,
  name,
  object,
  prompt_tokens,
  reasoning,
  reasoning_content,
  refusal,
  text,
  tool_calls,
  usage
};

/// Told once a member, for every member of every event: by length first.
Name name_of(std::string_view key) {
  const auto is = [key](std::string_view word, Name name) { return key == word ? name : Name::other; };
  switch (key.size()) {
    case 4: return key == "text" ? Name::text : is("name", Name::name);
    case 5:
      if (key == "delta") return Name::delta;
      return key == "usage" ? Name::usage : is("error", Name::error);
    case 6: return is("object", Name::object);
    case 7:
      if (key == "content") return Name::content;
      if (key == "choices") return Name::choices;
      return key == "message" ? Name::message : is("refusal", Name::refusal);
    case 8: return is("function", Name::function);
    case 9: return key == "reasoning" ? Name::reasoning : is("arguments", Name::arguments);
    case 10: return is("tool_calls", Name::tool_calls);
    case 13: return key == "finish_reason" ? Name::finish_reason : is("prompt_tokens", Name::prompt_tokens);
    case 17:
      return key == "completion_tokens" ? Name::completion_tokens
                                        : is("reasoning_content", Name::reasoning_content);
    default: return Name::other;
  }
}

/// Takes what we want of an answer out of the parser's events. A tree of the whole answer would cost as much
/// as all the rest of its reading.
class Handler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  AnswerPart part;
  // Of the texts that the record was given; `piece` is the last.
  unsigned pieces = 0;
  std::string_view piece;
  std::string RequestRecord::*piece_target = nullptr;
  bool is_more = false;  // than these texts: a finish reason, a usage

  void start(RequestRecord& record) {
    record_ = &record;
    part = {};
    pieces = 0;
    is_more = false;
    depth_ = 0;
    finish_reason_.clear();
  }
  void finish() {
    is_more = is_more || !finish_reason_.empty();
    const bool holds = record_->finish_reason.empty() || is_content_filter(finish_reason_);
    if (!finish_reason_.empty() && holds) record_->finish_reason = finish_reason_;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return enter(object_place()); }
  bool on_object_end(std::size_t, json::error_code&) { return leave(); }
  bool on_array_begin(json::error_code&) { return enter(array_place()); }
  bool on_array_end(std::size_t, json::error_code&) { return leave(); }

  bool on_key_part(json::string_view text, std::size_t size, json::error_code&) {
    if (size == text.size()) key_part_.clear();
    key_part_.append(text.data(), text.size());
    return true;
  }
  bool on_key(json::string_view text, std::size_t size, json::error_code& ec) {
    const bool whole = size == text.size();  // and it is, but for one with escapes
    if (!whole) on_key_part(text, size, ec);
    key_ = name_of(whole ? std::string_view(text.data(), text.size()) : key_part_);
    return true;
  }

  bool on_string_part(json::string_view text, std::size_t size, json::error_code&) {
    if (size == text.size()) string_begins(text);
    if (target_ == nullptr) return true;
    target_->append(text.data(), text.size());
    if (piece_target_ == nullptr) return true;
    ++pieces;
    piece_target = piece_target_;
    piece = {text.data(), text.size()};
    return true;
  }
  bool on_string(json::string_view text, std::size_t size, json::error_code& ec) {
    return on_string_part(text, size, ec);
  }

  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t n, json::string_view, json::error_code&) {
    return n < 0 ? scalar() : number(static_cast<std::uint64_t>(n));
  }
  bool on_uint64(std::uint64_t n, json::string_view, json::error_code&) { return number(n); }
  bool on_double(double n, json::string_view, json::error_code&) {
    return n >= 0 && n < 0x1p63 && n == std::floor(n) ? number(static_cast<std::uint64_t>(n)) : scalar();
  }
  bool on_bool(bool, json::error_code&) { return scalar(); }
  bool on_null(json::error_code&) { return scalar(); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  static constexpr const char* choices_are_no_list = "has choices that are no list";

  [[nodiscard]] Place here() const { return depth_ == 0 ? Place::elsewhere : places_[depth_ - 1]; }

  [[nodiscard]] Place object_place() {
    if (depth_ == 0) return Place::answer;
    switch (here()) {
      case Place::answer:
        if (key_ == Name::error) part.is_error = true;
        if (key_ == Name::choices) part.malformed = choices_are_no_list;
        return key_ == Name::usage ? Place::usage : Place::elsewhere;
      case Place::choices: ++part.choices; return Place::choice;
      case Place::choice:
        reasoned_ = Name::other;
        return key_ == Name::message || key_ == Name::delta ? Place::message : Place::elsewhere;
      case Place::tool_calls: return Place::tool_call;
      case Place::tool_call: return key_ == Name::function ? Place::function : Place::elsewhere;
      default: return Place::elsewhere;
    }
  }
  [[nodiscard]] Place array_place() {
    scalar();
    if (depth_ == 0) part.malformed = "is not a JSON object";
    if (here() == Place::answer && key_ == Name::choices) return Place::choices;
    if (here() == Place::message && key_ == Name::tool_calls) return Place::tool_calls;
    return Place::elsewhere;
  }

  bool enter(Place place) {
    places_[depth_++] = place;  // the parser's own limit of the depth is smaller
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  /// A value that is no object; at the top, and among the choices, there must be none.
  bool scalar() {
    if (depth_ == 0) part.malformed = "is not a JSON object";
    if (here() == Place::choices) part.malformed = "has a choice that is no object";
    return true;
  }

  bool number(std::uint64_t n) {
    if (here() == Place::usage) is_more = true;
    if (here() == Place::usage && key_ == Name::prompt_tokens) record_->usage_prompt_tokens = n;
    if (here() == Place::usage && key_ == Name::completion_tokens) record_->usage_completion_tokens = n;
    return scalar();
  }

  void string_begins(json::string_view text) {
    scalar();
    piece_target_ = here() == Place::message && is_said_twice(text) ? nullptr : target();
    target_ = piece_target_ == nullptr ? nullptr : &(record_->*piece_target_);
    if (here() == Place::choice && key_ == Name::finish_reason) {
      finish_reason_.clear();
      target_ = &finish_reason_;
    }
    if (here() != Place::answer || text.empty()) return;
    if (key_ == Name::choices) part.malformed = choices_are_no_list;
    if (key_ == Name::error || (key_ == Name::object && text == "error")) part.is_error = true;
  }

  /// Some servers send their reasoning under its old name and the new one.
  [[nodiscard]] bool is_said_twice(json::string_view text) {
    if (key_ != Name::reasoning && key_ != Name::reasoning_content) return false;
    if (reasoned_ != Name::other && reasoned_ != key_) return is_more = true;
    if (!text.empty()) reasoned_ = key_;
    return false;
  }

  [[nodiscard]] std::string RequestRecord::*target() const {
    switch (here()) {
      case Place::message:
        if (key_ == Name::content || key_ == Name::refusal) return &RequestRecord::output;
        return key_ == Name::reasoning || key_ == Name::reasoning_content ? &RequestRecord::reasoning
                                                                          : nullptr;
      case Place::choice: return key_ == Name::text ? &RequestRecord::output : nullptr;
      case Place::function:
        return key_ == Name::name || key_ == Name::arguments ? &RequestRecord::tool_text : nullptr;
      default: return nullptr;
    }
  }

  RequestRecord* record_ = nullptr;
  std::array<Place, 64> places_{};
  std::size_t depth_ = 0;
  Name key_ = Name::other;
  Name reasoned_ = Name::other;  // under which name this choice has reasoning
  std::string key_part_;
  std::string RequestRecord::*piece_target_ = nullptr;
  std::string* target_ = nullptr;  // the same, of record_; or finish_reason_
  std::string finish_reason_;
};

json::parse_options tolerant() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  return options;
}

}  // namespace

class AnswerReader::Parser : public json::basic_parser<Handler> {
 public:
  Parser() : basic_parser(tolerant()) {}
};

AnswerReader::AnswerReader() : parser_(std::make_unique<Parser>()) {}
AnswerReader::~AnswerReader() = default;

AnswerPart AnswerReader::read(std::string_view text, RequestRecord& record) {
  if (const auto piece = like_last_.piece_of(text)) {
    (record.*last_target_).append(*piece);
    return last_part_;
  }
  like_last_.clear();
  parser_->reset();
  Handler& handler = parser_->handler();
  handler.start(record);
  json::error_code ec;
  const std::size_t end = parser_->write_some(false, text.data(), text.size(), ec);
  if (!ec && text.find_first_not_of(" \t\r\n", end) != std::string_view::npos) ec = json::error::extra_data;
  handler.finish();
  AnswerPart& part = handler.part;
  if (ec) part.malformed = text.empty() ? "is empty" : "is not JSON: " + ec.message();
  // A string with escapes is not in the text, but in a buffer of the parser's.
  const std::less_equal<const char*> not_after;
  const bool in_text = handler.pieces == 1 && not_after(text.data(), handler.piece.data()) &&
                       not_after(handler.piece.data() + handler.piece.size(), text.data() + text.size());
  if (in_text && !handler.is_more && !part.is_error && part.malformed.empty()) {
    like_last_.set(text, handler.piece);
    last_target_ = handler.piece_target;
    last_part_ = part;
  }
  return std::move(part);
}

}  // namespace llmload::protocol
