#include "protocol/answer_reader.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <cstdint>
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

/// Takes what we want of an answer out of the parser's events. A tree of the whole answer would cost as much
/// as all the rest of its reading.
class Handler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  AnswerPart part;

  void start(RequestRecord& record) {
    record_ = &record;
    part = {};
    depth_ = 0;
    finish_reason_.clear();
  }
  void finish() {
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
    if (size == text.size()) key_.clear();
    key_.append(text.data(), text.size());
    return true;
  }
  bool on_key(json::string_view text, std::size_t size, json::error_code& ec) {
    return on_key_part(text, size, ec);
  }

  bool on_string_part(json::string_view text, std::size_t size, json::error_code&) {
    if (size == text.size()) string_begins(text);
    if (target_ != nullptr) target_->append(text.data(), text.size());
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
  [[nodiscard]] Place here() const { return depth_ == 0 ? Place::elsewhere : places_[depth_ - 1]; }

  [[nodiscard]] Place object_place() {
    if (depth_ == 0) return Place::answer;
    switch (here()) {
      case Place::answer:
        if (key_ == "error") part.is_error = true;
        return key_ == "usage" ? Place::usage : Place::elsewhere;
      case Place::choices: ++part.choices; return Place::choice;
      case Place::choice: return key_ == "message" || key_ == "delta" ? Place::message : Place::elsewhere;
      case Place::tool_calls: return Place::tool_call;
      case Place::tool_call: return key_ == "function" ? Place::function : Place::elsewhere;
      default: return Place::elsewhere;
    }
  }
  [[nodiscard]] Place array_place() {
    scalar();
    if (depth_ == 0) part.malformed = "is not a JSON object";
    if (here() == Place::answer && key_ == "choices") return Place::choices;
    if (here() == Place::message && key_ == "tool_calls") return Place::tool_calls;
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
    if (here() == Place::usage && key_ == "prompt_tokens") record_->usage_prompt_tokens = n;
    if (here() == Place::usage && key_ == "completion_tokens") record_->usage_completion_tokens = n;
    return scalar();
  }

  void string_begins(json::string_view text) {
    scalar();
    target_ = target();
    if (target_ == &finish_reason_) target_->clear();
    if (here() != Place::answer || text.empty()) return;
    if (key_ == "error" || (key_ == "object" && text == "error")) part.is_error = true;
  }

  [[nodiscard]] std::string* target() {
    switch (here()) {
      case Place::message:
        if (key_ == "content" || key_ == "refusal") return &record_->output;
        if (key_ == "reasoning" || key_ == "reasoning_content") return &record_->reasoning;
        return nullptr;
      case Place::choice:
        if (key_ == "text") return &record_->output;
        return key_ == "finish_reason" ? &finish_reason_ : nullptr;
      case Place::function: return key_ == "name" || key_ == "arguments" ? &record_->tool_text : nullptr;
      default: return nullptr;
    }
  }

  RequestRecord* record_ = nullptr;
  std::array<Place, 64> places_{};
  std::size_t depth_ = 0;
  std::string key_;
  std::string* target_ = nullptr;
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
  parser_->reset();
  Handler& handler = parser_->handler();
  handler.start(record);
  json::error_code ec;
  const std::size_t end = parser_->write_some(false, text.data(), text.size(), ec);
  if (!ec && text.find_first_not_of(" \t\r\n", end) != std::string_view::npos) ec = json::error::extra_data;
  handler.finish();
  AnswerPart& part = handler.part;
  if (ec) part.malformed = text.empty() ? "is empty" : "is not JSON: " + ec.message();
  return std::move(part);
}

}  // namespace llmload::protocol
