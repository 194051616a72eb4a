#pragma once

#include <cstdint>

#include "llmload/request_record.hpp"

namespace llmload::metrics {

/// Successful answers that are not what a stream's are, for the notes.
struct StreamCounts {
  void add(const RequestRecord& record) {
    if (!record.streamed) ++whole_answers;
    if (record.streamed && !record.first_token) ++without_tokens;
  }
  void merge(const StreamCounts& other) {
    whole_answers += other.whole_answers;
    without_tokens += other.without_tokens;
  }

  std::uint64_t whole_answers = 0;   ///< not streamed
  std::uint64_t without_tokens = 0;  ///< without a token event
};

}  // namespace llmload::metrics
