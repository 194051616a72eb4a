#pragma once

#include <optional>

#include "llmload/plan.hpp"

namespace llmload::metrics {

/// What of a plan the numbers depend on; a records file has it, too.
struct FoldSettings {
  bool tokenizer = false;  ///< there is one
  TokensFrom tokens_from = TokensFrom::tokenizer;
  bool count_bos = false;
  bool stream = false;
  CachePolicy cache = CachePolicy::shared;
  bool quota = false;            ///< requests may have to wait for it
  bool simulated = false;        ///< a Simulator of the run's process answers
  bool own_connections = false;  ///< each request opens one
  double threshold_tps = 7;
  std::optional<Goodput> goodput;

  /// Tokens are the tokenizer's; else the server's `usage`.
  [[nodiscard]] bool own_counts() const { return tokenizer && tokens_from == TokensFrom::tokenizer; }
};
FoldSettings fold_settings(const Plan& plan);

}  // namespace llmload::metrics
