#include "protocol/answer/event_kind.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

}  // namespace

EventKind kind_of_named(std::string_view type) {
  static constexpr std::array<std::string_view, 4> errors = {"error", "exception", "failure", "fault"};
  static constexpr std::array<std::string_view, 6> answers = {
      "message", "completion", "chunk", "data", "delta", "chat.completion.chunk"};
  const std::string name = text::lower(type);
  if (std::ranges::find(errors, name) != errors.end()) return EventKind::error;
  return std::ranges::find(answers, name) != answers.end() ? EventKind::answer : EventKind::own;
}

bool is_done_mark(std::string_view data) {
  return !data.starts_with('{') && without_blanks(data) == "[DONE]";  // almost every event is an object
}

bool are_several(std::string_view data) {
  std::size_t lines = 0;
  for (; !data.empty(); ++lines) {
    const auto end = std::min(data.find('\n'), data.size());
    const auto line = without_blanks(data.substr(0, end));
    if (!is_done_mark(line) && !(line.starts_with('{') && line.ends_with('}'))) return false;
    data.remove_prefix(std::min(end + 1, data.size()));
  }
  return lines > 1;
}

}  // namespace llmload::protocol
