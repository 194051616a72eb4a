#pragma once

// The bodies of AnswerHandler, which the parser calls for each token: included where the parser is made, and
// nowhere else, so that they are inlined there. The compiler would not inline the large ones, although they
// have one caller each, for it cannot know that there is no other.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <limits>

#include "protocol/answer/answer_handler.hpp"

namespace llmload::protocol {
namespace {

constexpr const char* no_object = "is not a JSON object";
constexpr const char* choices_are_no_list = "has choices that are no list";

bool is_reasoning(Name name) {
  return name == Name::reasoning || name == Name::reasoning_content || name == Name::reasoning_details ||
         name == Name::thinking;
}

std::string_view view(AnswerHandler::View text) { return {text.data(), text.size()}; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Whether the type of a part names thoughts ("thinking", "reasoning_text"), by a word of its own.
bool names_thoughts(std::string_view type) {
  constexpr std::array<std::string_view, 6> words = {"think",    "thinking", "thought",
                                                     "thoughts", "reason",   "reasoning"};
  while (!type.empty()) {
    const auto* const end = std::ranges::find_if_not(type, is_letter);
    const auto size = static_cast<std::size_t>(end - type.begin());
    if (std::ranges::find(words, type.substr(0, size)) != words.end()) return true;
    type.remove_prefix(std::min(size + 1, type.size()));
  }
  return false;
}

}  // namespace

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

AnswerHandler::Place AnswerHandler::begin_choice() {
  if (choices.size() == choice_count) choices.emplace_back();
  ++choice_count;
  choice().index = choice_count - 1;
  choice().finish_reason.clear();
  choice().finish_message.clear();
  for (Texts& texts : choice().sources) {
    for (std::string& text : texts) text.clear();
  }
  return Place::choice;
}

AnswerHandler::Place AnswerHandler::begin_message(Source source) {
  source_ = source;
  reasoned_ = called_ = Name::other;
  refusal_.clear();
  return Place::message;
}

/// A list or an object of thoughts, in a message or in its content.
AnswerHandler::Place AnswerHandler::begin_thoughts() {
  thoughts_ = here() == Place::part ? Name::content : key_;
  return Place::thoughts;
}

AnswerHandler::Place AnswerHandler::begin_part() {
  part_thinks_ = false;
  part_text_.clear();
  return Place::part;
}

AnswerHandler::Place AnswerHandler::begin_error() {
  may_be_error = true;
  return Place::elsewhere;
}

[[gnu::always_inline]] inline AnswerHandler::Place AnswerHandler::object_place() {
  if (depth_ == 0) return Place::answer;
  switch (here()) {
    case Place::list: return Place::answer;
    case Place::answer:
      if (key_ == Name::choices) malformed = choices_are_no_list;
      if (key_ == Name::error) return begin_error();
      if (key_ == Name::detail) has_message_ = true;
      if (key_ == Name::choices) return Place::elsewhere;
      return key_ == Name::usage || key_ == Name::vendor_usage ? Place::usage : Place::vendor;
    case Place::choices: return begin_choice();
    case Place::choice:
      if (key_ == Name::error) return begin_error();
      if (key_ == Name::finish_reason) return Place::finish;
      if (key_ == Name::delta) return begin_message(Source::delta);
      if (key_ == Name::message) return begin_message(Source::message);
      break;
    case Place::finish: return Place::finish;
    case Place::message:
      if (key_ == Name::error) return begin_error();
      if (key_ == Name::content) return begin_part();
      if (is_reasoning(key_)) return begin_thoughts();
      calls_ = key_;
      if (key_ == Name::function_call) return Place::function;
      break;
    case Place::parts: return begin_part();
    case Place::part:
      if (key_ == Name::error) return begin_error();
      if (is_reasoning(key_) || key_ == Name::summary) return begin_thoughts();
      break;
    case Place::thoughts: return Place::thoughts;
    case Place::tool_calls: return Place::tool_call;
    case Place::tool_call:
      if (key_ == Name::function) return Place::function;
      break;
    case Place::function:
      if (key_ == Name::arguments && !is_called_twice()) return Place::arguments;
      break;
    case Place::arguments: return Place::arguments;
    case Place::usage: return key_ == Name::token_details ? Place::usage : Place::elsewhere;
    case Place::vendor:
    case Place::elsewhere: break;
  }
  const bool may_have_usage = here() == Place::choice || here() == Place::message || here() == Place::vendor;
  return may_have_usage && key_ == Name::usage ? Place::usage : Place::elsewhere;
}

[[gnu::always_inline]] inline AnswerHandler::Place AnswerHandler::array_place() {
  if (depth_ == 0) {
    malformed = no_object;
    return Place::list;
  }
  switch (here()) {
    case Place::answer:
      if (key_ == Name::choices) has_choices = true;
      if (key_ == Name::choices) return Place::choices;
      if (key_ == Name::error) return begin_error();
      if (key_ == Name::detail) has_message_ = true;
      break;
    case Place::choices: malformed = "has a choice that is no object"; break;
    case Place::choice:
      if (key_ == Name::error) return begin_error();
      if (key_ == Name::finish_reason) return Place::finish;
      break;
    case Place::finish: return Place::finish;
    case Place::message:
      if (key_ == Name::error) return begin_error();
      if (key_ == Name::content) return Place::parts;
      if (is_reasoning(key_)) return begin_thoughts();
      calls_ = key_;
      if (key_ == Name::tool_calls) return Place::tool_calls;
      break;
    case Place::part:
      if (key_ == Name::error) return begin_error();
      if (is_reasoning(key_) || key_ == Name::summary) return begin_thoughts();
      if (key_ == Name::content && part_thinks_) return begin_thoughts();
      break;
    case Place::thoughts: return Place::thoughts;
    case Place::function:
      if (key_ == Name::arguments && !is_called_twice()) return Place::arguments;
      break;
    case Place::arguments: return Place::arguments;
    default: break;
  }
  return Place::elsewhere;
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

/// Where the string goes, if it means something.
[[gnu::always_inline]] inline std::string* AnswerHandler::string_target(View text) {
  switch (here()) {
    case Place::answer:
      if (text.empty()) return nullptr;
      if (key_ == Name::choices) malformed = choices_are_no_list;
      if (key_ == Name::error || (key_ == Name::object && text == "error")) may_be_error = true;
      if (key_ == Name::message || key_ == Name::detail) has_message_ = true;
      return nullptr;
    case Place::finish:
      if (text.empty()) return nullptr;
      if (key_ == Name::message || key_ == Name::detail) return &choice().finish_message;
      if (!choice().finish_reason.empty() || key_ == Name::other) return nullptr;
      return &choice().finish_reason;
    case Place::choice:
      if (key_ == Name::error && !text.empty()) may_be_error = true;
      if (key_ == Name::text) source_ = Source::text;
      if (key_ == Name::text) return &this->text(TextKind::content);
      if (key_ != Name::finish_reason) return nullptr;
      choice().finish_reason.clear();
      return &choice().finish_reason;
    case Place::message:
      if (key_ == Name::role && !text.empty()) has_role = true;
      if (key_ == Name::error && !text.empty()) may_be_error = true;
      if (key_ == Name::content) return &this->text(TextKind::content);
      if (key_ == Name::refusal) return &refusal_;
      if (!is_reasoning(key_)) return nullptr;
      thoughts_ = key_;
      if (text.empty()) return nullptr;
      return is_said_twice() ? nullptr : &this->text(TextKind::reasoning);
    case Place::parts: return &this->text(TextKind::content);
    case Place::part:
      if (key_ == Name::type) part_thinks_ = names_thoughts(view(text));
      if (key_ == Name::error && !text.empty()) may_be_error = true;
      if (key_ == Name::text || key_ == Name::content || key_ == Name::refusal) return &part_text_;
      if (text.empty() || (!is_reasoning(key_) && key_ != Name::summary)) return nullptr;
      thoughts_ = Name::content;
      return is_said_twice() ? nullptr : &this->text(TextKind::reasoning);
    case Place::thoughts: {
      const bool says =
          key_ == Name::text || key_ == Name::summary || key_ == Name::content || is_reasoning(key_);
      if (!says || text.empty()) return nullptr;
      return is_said_twice() ? nullptr : &this->text(TextKind::reasoning);
    }
    case Place::function:
      if (text.empty() || (key_ != Name::name && key_ != Name::arguments)) return nullptr;
      return is_called_twice() ? nullptr : &this->text(TextKind::tool);
    case Place::arguments:
      separate_argument();
      part_text_.clear();
      return &part_text_;
    default: return nullptr;
  }
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
