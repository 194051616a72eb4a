#include "engine/history_tokens.hpp"

#include <string_view>

namespace llmload::engine {
namespace {

void add_to(std::optional<std::uint64_t>& count, const std::optional<std::uint64_t>& more) {
  if (count && more)
    *count += *more;
  else
    count.reset();
}

}  // namespace

void HistoryTokens::add(RequestRecord& record) {
  if (plan_.history != History::answers) return;  // whose prompts are counted as a whole
  std::optional<std::uint64_t> before = 0;
  if (const auto found = of_.find(record.index); found != of_.end()) before = found->second;
  if (record.outcome == Outcome::ok && record.turn > record.first_turn) {
    add_to(record.prompt_tokens, before);
    if (record.shared_tokens) add_to(record.shared_tokens, before);
  }
  if (record.outcome != Outcome::ok || record.turn + 1 >= record.turns) {
    of_.erase(record.index);
    return;
  }
  add_to(before, said(record));
  of_[record.index] = before;
}

/// Of its answer, as the history has it.
std::optional<std::uint64_t> HistoryTokens::said(const RequestRecord& r) const {
  if (!r.output_tokens) return std::nullopt;
  if (r.first_choice_bytes)
    return plan_.tokenizer->count(std::string_view(r.output).substr(0, *r.first_choice_bytes));
  return *r.output_tokens - r.reasoning_tokens.value_or(0) - r.tool_tokens.value_or(0);
}

}  // namespace llmload::engine
