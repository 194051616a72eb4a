#pragma once

#include <cstdint>

#include "llmload/summary.hpp"
#include "metrics/earliest_fold.hpp"
#include "metrics/histogram.hpp"
#include "metrics/samples.hpp"
#include "metrics/share.hpp"

namespace llmload::metrics {

/// Folds what only streamed answers have: 56 bytes an answer, of a million at most, and four histograms.
class StreamFold {
 public:
  /// A record whose outcome is ok.
  void add(const RequestRecord& record, TokensFrom from = TokensFrom::tokenizer);
  void fill(Summary& summary) const;

  // For the notes.
  [[nodiscard]] std::uint64_t whole_answers() const { return whole_answers_; }    ///< not streamed
  [[nodiscard]] std::uint64_t without_tokens() const { return without_tokens_; }  ///< without a token event

 private:
  Samples ttft_, ttfo_, tpot_, tokens_per_event_, prompt_rate_;
  Histogram itl_;
  Histogram sure_gap_, bounded_gap_;  // event gaps of answers without and with a bound of an arrival
  EarliestFold earliest_;
  Share merged_, first_merged_, together_;
  std::uint64_t whole_answers_ = 0, without_tokens_ = 0;
};

}  // namespace llmload::metrics
