#pragma once

// Where in an answer the parser is, and where a string goes: the part of AnswerHandler's bodies that knows
// the forms of answers. Included by answer_handler_impl.hpp alone.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

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

}  // namespace llmload::protocol
