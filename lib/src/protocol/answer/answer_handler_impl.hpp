#pragma once

// The bodies of AnswerHandler, which the parser calls for each token: included where the parser is made, and
// nowhere else, so that they are inlined there. The compiler would not inline the large ones, although they
// have one caller each, for it cannot know that there is no other.
#include <boost/json/serialize.hpp>
#include <cmath>
#include <limits>

#include "protocol/answer/answer_handler.hpp"
#include "protocol/answer/answer_handler_places.hpp"

namespace llmload::protocol {

void AnswerHandler::start() {
  choice_count = 0;
  usage = {};
  has_role = may_be_error = has_choices = is_more = false;
  malformed.clear();
  pieces = 0;
  depth_ = 0;
  key_ = reasoned_ = thoughts_ = called_ = calls_ = Name::other;
  source_ = Source::delta;
  part_thinks_ = has_message_ = false;
}

void AnswerHandler::let_go() {
  choice_count = 0;
  std::vector<Choice>().swap(choices);
  for (std::string* text : {&key_part_, &part_text_, &refusal_}) std::string().swap(*text);
}

void AnswerHandler::finish() {
  // An error that stands in an answer's place has no name of its own.
  if (!has_choices && has_message_) may_be_error = true;
}

bool AnswerHandler::on_object_begin(Error&) { return enter(object_place(), '{'); }
bool AnswerHandler::on_array_begin(Error&) { return enter(array_place(), '['); }

[[gnu::always_inline]] inline bool AnswerHandler::enter(Place place, char bracket) {
  if (place == Place::arguments) {
    separate_argument();
    text(TextKind::tool) += bracket;
    ++pieces;
    is_more = true;
  }
  places_[depth_++] = place;  // the parser's own limit of the depth is smaller
  return true;
}

[[gnu::always_inline]] inline bool AnswerHandler::leave(char bracket) {
  const Place left = here();
  --depth_;
  if (left == Place::arguments) text(TextKind::tool) += bracket;
  if (left == Place::part) end_part();
  if (left == Place::message) end_message();
  return true;
}

void AnswerHandler::end_part() {
  if (part_text_.empty()) return;
  thoughts_ = Name::content;
  if (part_thinks_ && is_said_twice()) return;
  text(part_thinks_ ? TextKind::reasoning : TextKind::content) += part_text_;
}

/// Some servers repeat a refusal as the content.
void AnswerHandler::end_message() {
  std::string& content = text(TextKind::content);
  if (refusal_ != content) content += refusal_;
}

bool AnswerHandler::on_key_part(View text, std::size_t size, Error&) {
  if (size == text.size()) key_part_.clear();
  key_part_.append(text.data(), text.size());
  return true;
}

bool AnswerHandler::on_key(View text, std::size_t size, Error& ec) {
  const bool whole = size == text.size();  // and it is, but for one with escapes
  if (!whole) on_key_part(text, size, ec);
  const std::string_view key = whole ? view(text) : key_part_;
  key_ = name_of(key);
  if (here() == Place::arguments) name_argument(key);
  return true;
}

bool AnswerHandler::on_string_part(View text, std::size_t size, Error&) {
  if (size == text.size()) string_begins(text);
  if (target_ == nullptr) return true;
  target_->append(text.data(), text.size());
  if (!target_is_text_) return true;
  ++pieces;
  piece = view(text);
  return true;
}

bool AnswerHandler::on_string(View text, std::size_t size, Error& ec) {
  on_string_part(text, size, ec);
  if (target_ != &part_text_ || here() != Place::arguments) return true;
  const std::string escaped = boost::json::serialize(View(part_text_.data(), part_text_.size()));
  this->text(TextKind::tool) += escaped;
  return true;
}

bool AnswerHandler::on_int64(std::int64_t n, View text, Error&) {
  return n < 0 ? scalar(view(text)) : number(static_cast<std::uint64_t>(n), text);
}
bool AnswerHandler::on_uint64(std::uint64_t n, View text, Error&) { return number(n, text); }
bool AnswerHandler::on_double(double n, View text, Error&) {
  if (!(n >= 0) || n != std::floor(n)) return scalar(view(text));
  // One that no integer holds is as impossible as the greatest of them.
  return number(n < 0x1p63 ? static_cast<std::uint64_t>(n) : std::numeric_limits<std::uint64_t>::max(), text);
}
bool AnswerHandler::on_bool(bool b, Error&) {
  if (b && key_ == Name::error) may_be_error = true;
  return scalar(b ? "true" : "false");
}

/// At the top, and among the choices, there must be none.
inline void AnswerHandler::refuse_scalar() {
  if (depth_ == 0) malformed = no_object;
  if (here() == Place::choices) malformed = "has a choice that is no object";
}

/// A value that is neither an object nor a list.
bool AnswerHandler::scalar(std::string_view value) {
  refuse_scalar();
  switch (here()) {
    case Place::choice:
      if (key_ != Name::finish_reason) break;
      if (!value.empty() && value != "null" && value != "false" && value != "0")
        choice().finish_reason = value;
      break;
    case Place::arguments:
      separate_argument();
      text(TextKind::tool) += value;
      break;
    default: break;
  }
  return true;
}

bool AnswerHandler::number(std::uint64_t n, View text) {
  const Place place = here();
  if (place == Place::usage) {
    is_more = true;
    switch (key_) {
      case Name::prompt_tokens: usage.prompt = n; break;
      case Name::completion_tokens: usage.completion = n; break;
      case Name::cached_tokens: usage.cached = n; break;
      case Name::reasoning_tokens: usage.reasoning = n; break;
      default: break;
    }
    return true;
  }
  if (place == Place::choice && key_ == Name::index) choice().index = n;
  if (key_ == Name::error && n != 0) may_be_error = true;
  return scalar(view(text));
}

[[gnu::always_inline]] inline void AnswerHandler::string_begins(View text) {
  refuse_scalar();
  target_is_text_ = true;
  target_ = string_target(text);
  if (target_ == nullptr || target_ == &choice().finish_reason || target_ == &choice().finish_message)
    target_is_text_ = false;
}

/// Some servers send their reasoning under several names.
bool AnswerHandler::is_said_twice() {
  if (reasoned_ == Name::other) reasoned_ = thoughts_;
  if (reasoned_ == thoughts_) return false;
  return is_more = true;
}

/// Some servers send one call as a `function_call`, too.
bool AnswerHandler::is_called_twice() {
  if (called_ == Name::other) called_ = calls_;
  if (called_ == calls_) return false;
  return is_more = true;
}

/// A member of arguments that are JSON. Apart from on_key(), which is called for each key of each answer.
void AnswerHandler::name_argument(std::string_view key) {
  separate_argument();
  text(TextKind::tool) += boost::json::serialize(View(key.data(), key.size())) + ':';
}

/// Between two members or two values of arguments that are JSON.
void AnswerHandler::separate_argument() {
  const std::string& so_far = text(TextKind::tool);
  if (here() != Place::arguments || so_far.empty()) return;
  const char last = so_far.back();
  if (last != '{' && last != '[' && last != ':') text(TextKind::tool) += ',';
}

}  // namespace llmload::protocol
