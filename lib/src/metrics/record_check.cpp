#include "metrics/record_check.hpp"

#include <algorithm>

#include "llmload/error.hpp"

namespace llmload::metrics {
namespace {

void require_times(const RequestRecord& r) {
  for (const Stamp& stamp :
       {r.scheduled, r.admitted, r.dispatched, r.opening, r.resolved, r.tcp_connected, r.tls_done, r.sent,
        r.first_byte, r.first_token, r.last_token, r.done, r.ended}) {
    if (stamp && !is_time(*stamp)) throw InputError("a stamp is out of its range");
  }
  if (r.outcome == Outcome::ok && !(r.dispatched && r.done && *r.done > *r.dispatched)) {
    throw InputError("an ok request without dispatched_ns and a later done_ns");
  }
  if (r.scheduled && r.done && *r.done < *r.scheduled)
    throw InputError("/scheduled_ns: the request was due behind its end");
}

void require_bounds(const RequestRecord& r) {
  std::uint64_t next = 0;
  Stamp last;  // bound
  for (const auto& [first, count, earliest] : r.bounds) {
    if (first < next || first >= r.events.size() || count < 1 || count > r.events.size() - first)
      throw InputError("/bounds: a number is out of its range");
    const bool follows = last && first == next;  // one that is bounded, too
    const Stamp before = follows ? last : first > 0 ? Stamp(r.events[first - 1].at) : std::nullopt;
    if (earliest > r.events[first].at || (before && earliest < *before) || !is_time(earliest))
      throw InputError("/bounds: a time is not between those of the event and of the one before");
    next = std::uint64_t{first} + count;
    last = earliest;
  }
}

}  // namespace

void require_sound(const RequestRecord& record) {
  if (record.turn >= record.turns || record.first_turn > record.turn)
    throw InputError("/turn: is out of its conversation");
  require_times(record);
  if (!std::ranges::all_of(record.events, is_time, &TokenEvent::at))
    throw InputError("/events: a number is out of its range");
  if (!std::ranges::is_sorted(record.events, {}, &TokenEvent::at))
    throw InputError("/events: a time goes back");
  require_bounds(record);
}

}  // namespace llmload::metrics
