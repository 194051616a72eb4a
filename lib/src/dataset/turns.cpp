#include "dataset/turns.hpp"

#include <algorithm>

namespace llmload::dataset {
namespace {

bool is_answer(const Message& message) { return message.role == "assistant"; }
bool is_ahead(const Message& message) { return is_answer(message) || message.role == "system"; }

}  // namespace

std::vector<Turn> turns_in(std::span<const Message> messages) {
  std::vector<Turn> turns;
  const auto skip = [&messages](std::size_t at, auto while_it) {
    while (at < messages.size() && while_it(messages[at])) ++at;
    return at;
  };
  std::size_t at = skip(0, is_ahead);
  if (at == messages.size()) return {{0, at, at}};
  for (std::size_t begin = 0; begin < messages.size(); begin = at) {
    const std::size_t asked = skip(at, [](const Message& m) { return !is_answer(m); });
    at = skip(asked, is_answer);
    turns.push_back({begin, asked, at});
  }
  return turns;
}

std::string bound_to_answers(std::span<const Message> messages) {
  const auto tied = std::ranges::find_if(
      messages, [](const Message& m) { return m.role == "tool" || m.role == "function" || m.role.empty(); });
  if (tied == messages.end()) return "";
  return (tied->role.empty() ? "an item without a role" : "a message of a " + tied->role) +
         ", which belongs to the answer before it: HISTORY \"file\" repeats the file's answers";
}

}  // namespace llmload::dataset
