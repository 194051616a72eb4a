#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "llmload/plan.hpp"
#include "llmload/request_record.hpp"

namespace llmload::engine {

/// Tokens that the answers of the conversations under way have added to their histories: they are counted
/// when their records are, and a later turn's prompt has them, too. Used by one thread.
class HistoryTokens {
 public:
  /// The plan must outlive it, and has a tokenizer.
  explicit HistoryTokens(const Plan& plan) : plan_(plan) {}

  void begin_stage() { of_.clear(); }
  /// Adds them to the prompt's tokens of a conversation's turn. Its turns come in their order; its own tokens
  /// are counted by then.
  void add(RequestRecord& record);

 private:
  [[nodiscard]] std::optional<std::uint64_t> said(const RequestRecord& record) const;

  const Plan& plan_;
  std::map<std::uint64_t, std::optional<std::uint64_t>> of_;  // by the conversation's index; empty: not known
};

}  // namespace llmload::engine
