#pragma once

#include "llmload/request_record.hpp"
#include "metrics/share.hpp"

namespace llmload::metrics {

/// First tokens merged share = answers whose first token came in one read with a later token event / streamed
/// answers with a first token, over the stage.
/// Empty where no answer was streamed.
inline void add_first_token_merged(const RequestRecord& record, Share& to) {
  if (!record.first_token) return;
  to.part += record.first_token_merged ? 1 : 0;
  ++to.whole;
}

}  // namespace llmload::metrics
