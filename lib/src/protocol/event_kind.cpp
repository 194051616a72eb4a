#include "protocol/event_kind.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

}  // namespace

bool is_error_type(std::string_view type) {
  static constexpr std::array<std::string_view, 4> names = {"error", "exception", "failure", "fault"};
  return !type.empty() && std::ranges::find(names, text::lower(type)) != names.end();
}

bool is_of_answers(std::string_view type) {
  static constexpr std::array<std::string_view, 6> names = {"message", "completion", "chunk",
                                                            "data",    "delta",      "chat.completion.chunk"};
  return type.empty() || std::ranges::find(names, text::lower(type)) != names.end();
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
