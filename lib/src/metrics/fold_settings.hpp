#pragma once

#include <optional>

#include "llmload/plan.hpp"

namespace llmload::metrics {

/// What of a plan the numbers depend on; a records file has it, too.
struct FoldSettings {
  bool tokenizer = false;  ///< tokens are the tokenizer's; else the server's `usage`
  bool count_bos = false;
  bool stream = false;
  bool quota = false;            ///< requests may have to wait for it
  bool own_connections = false;  ///< each request opens one
  double threshold_tps = 7;
  std::optional<Goodput> goodput;
};
FoldSettings fold_settings(const Plan& plan);

}  // namespace llmload::metrics
