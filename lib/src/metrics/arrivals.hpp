#pragma once

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <vector>

#include "llmload/request_record.hpp"

namespace llmload::metrics {

/// Calls `call(gap, events)` for each arrival after the first: the time since the arrival before, and the
/// token events that came with it: those that came in one read are one arrival, whose time is that of the
/// last.
template <class Call>
void for_each_gap(std::span<const TokenEvent> events, Call call) {
  Stamp before;
  for (auto begin = events.begin(); begin != events.end();) {
    const auto end = std::find_if_not(begin + 1, events.end(), [](const TokenEvent& e) { return e.merged; });
    const std::chrono::nanoseconds at = std::prev(end)->at;
    if (before) call(at - *before, std::span(begin, end));
    before = at;
    begin = end;
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
