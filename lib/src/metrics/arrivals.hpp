#pragma once

#include <cstdint>
#include <vector>

#include "llmload/request_record.hpp"

namespace llmload::metrics {

/// Calls `call(gap, tokens)` for each arrival after the first: ns since the arrival before, tokens it
/// brought. Token events that came in one read are one arrival, whose time is that of the last of them.
template <class Call>
void for_each_gap(const std::vector<TokenEvent>& events, Call call) {
  Stamp before;
  std::uint64_t tokens = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    tokens += events[i].tokens;
    if (i + 1 < events.size() && events[i + 1].merged) continue;
    if (before) call(events[i].at - *before, tokens);
    before = events[i].at;
    tokens = 0;
  }
}

/// Sets `events` to the record's, at the earliest times at which they can have arrived. Those that then came
/// at different times are no longer merged.
inline void put_at_earliest(const RequestRecord& record, std::vector<TokenEvent>& events) {
  events = record.events;
  for (const ArrivalBound& bound : record.bounds) {
    for (std::size_t i = bound.first; i < bound.first + bound.count; ++i) events[i].at = bound.earliest;
  }
  for (std::size_t i = events.size(); i-- > 1;)
    events[i].merged = events[i].merged && events[i].at == events[i - 1].at;
}

}  // namespace llmload::metrics
