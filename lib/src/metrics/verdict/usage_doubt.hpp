#pragma once

#include <cstdint>
#include <string>

#include "llmload/metrics.hpp"
#include "llmload/summary.hpp"

namespace llmload::metrics {

/// Usage ratio = output tokens by `usage` / output tokens by the tokenizer, over the answers that have both.
/// Where `usage` tells its reasoning tokens, those of both are left out: their text need not be in the
/// answer. Empty where no answer has both. They are in doubt where one is more than 1.5 times the other, and
/// more than a token an answer apart. Without a tokenizer they are held against the text: a token is a byte
/// at least, and seldom more than 16.
class UsageDoubt {
 public:
  /// A record whose outcome is ok.
  void add(const RequestRecord& record);
  void merge(const UsageDoubt& other);
  void fill(Summary& summary, const SummarySettings& settings) const;

 private:
  std::uint64_t answers_ = 0, by_usage_ = 0, by_tokenizer_ = 0;  // with both
  // Without a tokenizer's count. The bytes are those of the text, where they are known, else of the body.
  std::uint64_t uncounted_ = 0, usage_of_all_ = 0, bytes_of_all_ = 0;
  std::uint64_t texts_ = 0, usage_of_texts_ = 0, bytes_of_texts_ = 0;
};

}  // namespace llmload::metrics
