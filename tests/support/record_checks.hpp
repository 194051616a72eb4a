#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "llmload/request_record.hpp"

namespace test {

/// What can't be true of a record that a run made; "" where nothing is wrong.
inline std::string contradiction(const llmload::RequestRecord& r) {
  using llmload::Stamp;
  const std::pair<const char*, Stamp> way[] = {{"opening", r.opening},
                                               {"resolved", r.resolved},
                                               {"tcp_connected", r.tcp_connected},
                                               {"tls_done", r.tls_done},
                                               {"send_began", r.send_began},
                                               {"first_byte", r.first_byte},
                                               {"headers", r.headers},
                                               {"first_event", r.first_event},
                                               {"first_token", r.first_token},
                                               {"last_token", r.last_token},
                                               {"done", r.done},
                                               {"ended", r.ended}};
  if (!r.dispatched) return "it was not dispatched";
  Stamp before = r.dispatched;
  for (const auto& [name, at] : way) {
    if (at && *at < *before) return std::string(name) + " lies before what precedes it";
    if (at) before = at;
  }
  if (!r.ended) return "it has not ended";
  if (r.outcome == llmload::Outcome::ok && r.ended != r.done) return "it ended when it was not done";
  if ((r.sent || r.first_byte) && !r.send_began) return "it began at no time to be sent";
  if (r.sent && *r.sent < *r.send_began) return "it was sent before it began to be sent";
  const bool inside = std::ranges::all_of(
      r.events, [&r](const llmload::TokenEvent& e) { return e.at >= *r.first_byte && e.at <= *r.ended; });
  return inside ? "" : "an event lies outside the answer";
}

}  // namespace test
