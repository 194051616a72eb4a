#include "protocol/chat_response.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
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
  message,
  tool_calls,
  tool_call,
  function,
  usage
};

/// Takes what we want of an answer out of the parser's events. A tree of the whole answer would cost as much
/// as all the rest of its reading.
class AnswerReader {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  ChatResponse response;
  std::string reasoning;
  std::size_t choices = 0;
  bool choice_is_no_object = false;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return enter(object_place()); }
  bool on_object_end(std::size_t, json::error_code&) { return leave(); }
  bool on_array_begin(json::error_code&) { return enter(array_place()); }
  bool on_array_end(std::size_t, json::error_code&) { return leave(); }

  bool on_key_part(json::string_view part, std::size_t size, json::error_code&) {
    if (size == part.size()) key_.clear();
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t size, json::error_code& ec) {
    return on_key_part(part, size, ec);
  }

  bool on_string_part(json::string_view part, std::size_t size, json::error_code&) {
    if (size == part.size()) string_begins();
    if (target_ != nullptr) target_->append(part.data(), part.size());
    return true;
  }
  bool on_string(json::string_view part, std::size_t size, json::error_code& ec) {
    return on_string_part(part, size, ec);
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
      case Place::answer: return key_ == "usage" ? Place::usage : Place::elsewhere;
      case Place::choices: ++choices; return Place::choice;
      case Place::choice: return key_ == "message" ? Place::message : Place::elsewhere;
      case Place::tool_calls: return Place::tool_call;
      case Place::tool_call: return key_ == "function" ? Place::function : Place::elsewhere;
      default: return Place::elsewhere;
    }
  }
  [[nodiscard]] Place array_place() {
    scalar();
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

  /// A value that is no object; among the choices there must be none.
  bool scalar() {
    if (here() == Place::choices) choice_is_no_object = true;
    return true;
  }

  bool number(std::uint64_t n) {
    if (here() == Place::usage && key_ == "prompt_tokens") response.prompt_tokens = n;
    if (here() == Place::usage && key_ == "completion_tokens") response.completion_tokens = n;
    return scalar();
  }

  void string_begins() {
    scalar();
    target_ = nullptr;
    const bool in_message = here() == Place::message;
    const bool is_text = (in_message && (key_ == "content" || key_ == "refusal")) ||
                         (here() == Place::choice && key_ == "text") ||
                         (here() == Place::function && (key_ == "name" || key_ == "arguments"));
    if (is_text) target_ = &response.output;
    if (in_message && (key_ == "reasoning" || key_ == "reasoning_content")) target_ = &reasoning;
    const bool is_reason =
        here() == Place::choice && key_ == "finish_reason" && response.finish_reason.empty();
    if (is_reason) target_ = &response.finish_reason;
  }

  std::array<Place, 64> places_{};
  std::size_t depth_ = 0;
  std::string key_;
  std::string* target_ = nullptr;
};

json::parse_options tolerant() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  return options;
}

}  // namespace

std::optional<ChatResponse> read_chat_response(std::string_view body, std::string& why) {
  json::basic_parser<AnswerReader> parser(tolerant());
  json::error_code ec;
  const std::size_t end = parser.write_some(false, body.data(), body.size(), ec);
  if (!ec && body.find_first_not_of(" \t\r\n", end) != std::string_view::npos) ec = json::error::extra_data;
  AnswerReader& reader = parser.handler();
  if (ec) {
    why = body.empty() ? "the answer has no body" : "the answer is not JSON: " + ec.message();
    return std::nullopt;
  }
  if (reader.choice_is_no_object) {
    why = "a choice is not an object";
    return std::nullopt;
  }
  if (reader.choices == 0) {
    why = "the answer has no choices";
    return std::nullopt;
  }
  reader.response.output.insert(
      0, reader.reasoning);  // a model thinks before it speaks, whatever the order of keys
  return std::move(reader.response);
}

}  // namespace llmload::protocol
