#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "llmload/plan.hpp"
#include "llmload/summary.hpp"

namespace llmload::metrics {

/// What of a plan the numbers depend on; a records file has it, too.
struct FoldSettings {
  bool tokenizer = false;  ///< tokens are the tokenizer's; else the server's `usage`
  bool count_bos = false;
  bool stream = false;
  unsigned max_tokens = 256;
  double threshold_tps = 7;
  std::optional<Goodput> goodput;
};
FoldSettings fold_settings(const Plan& plan);

/// Folds a stage's records into its Summary; keeps 8 bytes a request. Failed requests are counted by outcome
/// and are in no latency, token count or rate.
class StageFold {
 public:
  StageFold(FoldSettings settings, const Stage& stage, unsigned shards);

  void add(const RequestRecord& record);
  [[nodiscard]] Summary summarize(bool interrupted) const;

 private:
  void add_success(const RequestRecord& record);
  void add_failure(const RequestRecord& record);
  void add_notes(Summary& summary) const;
  [[nodiscard]] std::optional<std::uint64_t> counted(std::optional<std::uint64_t> by_tokenizer,
                                                     std::optional<std::uint64_t> by_server) const;

  const FoldSettings settings_;
  Summary sums_;  // the counts that only grow
  std::vector<double> e2e_ms_, resolve_ms_, connect_ms_, tls_ms_;
  std::int64_t last_done_ = 0;
  std::uint64_t prompt_tokens_ = 0, output_tokens_ = 0, usage_output_tokens_ = 0;
  std::uint64_t without_output_count_ = 0, without_prompt_count_ = 0, without_usage_ = 0;
  std::uint64_t plain_output_tokens_ = 0;  // by the tokenizer alone, of requests that also have usage
  std::uint64_t below_threshold_ = 0;
  double request_rates_ = 0;  // sum of each request's tokens / seconds
  std::uint64_t refused_ = 0;
  std::optional<TimeSource> time_source_;
  std::map<std::pair<Outcome, std::string>, std::uint64_t> reasons_;
};

}  // namespace llmload::metrics
