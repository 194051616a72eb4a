#include "metrics/stream_fold.hpp"

#include "llmload/metrics.hpp"
#include "metrics/event_gap.hpp"
#include "metrics/first_token_merged_share.hpp"
#include "metrics/itl.hpp"
#include "metrics/merged_share.hpp"
#include "metrics/together_share.hpp"

namespace llmload::metrics {

void StreamFold::add(const RequestRecord& record, TokensFrom from) {
  if (!record.streamed) ++whole_answers_;
  if (record.streamed && record.events.empty()) ++without_tokens_;
  ttft_.add(ttft_ms(record));
  ttfo_.add(ttfo_ms(record));
  tpot_.add(tpot_ms(record, from));
  tokens_per_event_.add(tokens_per_event(record, from));
  prompt_rate_.add(request_prompt_rate(record, from));
  for_each_itl(record, [this](std::int64_t ns, std::uint64_t times) { itl_.add(ns, times); });
  add_event_gaps(record, record.bounds.empty() ? sure_gap_ : bounded_gap_);
  earliest_.add(record, from);
  add_merged_events(record, merged_);
  add_first_token_merged(record, first_merged_);
  add_together(record, together_);
}

void StreamFold::fill(Summary& s) const {
  s.ttft_ms = ttft_.distribution();
  s.ttfo_ms = ttfo_.distribution();
  s.tpot_ms = tpot_.distribution();
  s.tokens_per_event = tokens_per_event_.distribution();
  s.request_prompt_rate = prompt_rate_.distribution();
  s.itl_ms = itl_.distribution_ms();
  Histogram gaps = sure_gap_;
  gaps.merge(bounded_gap_);
  s.event_gap_ms = gaps.distribution_ms();
  s.merged_share = merged_.value();
  s.first_token_merged_share = first_merged_.value();
  s.together_share = together_.value();
  earliest_.fill(s, sure_gap_);
}

}  // namespace llmload::metrics
