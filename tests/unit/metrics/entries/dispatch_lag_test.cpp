#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace dispatch_lag_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

/// Due at 10 ms, admitted at 20, taken at 21, sent at 50.
RequestRecord late() {
  RequestRecord r = whole(90, 1);
  r.scheduled = 10 * ms;
  r.admitted = 20 * ms;
  r.dispatched = 21 * ms;
  r.sent = 50 * ms;
  return r;
}

TEST_CASE("dispatch lag runs from when a request was admitted to when it was sent") {
  CHECK(near(dispatch_lag_ms(late()), 30));
}

TEST_CASE("a connection of the request's own is no dispatch lag") {
  auto r = late();
  CHECK(near(dispatch_lag_ms(r, true), 30));  // it came to none
  r.resolved = 24 * ms;
  r.tcp_connected = 30 * ms;
  CHECK(near(dispatch_lag_ms(r, true), 21));  // without 21 to 30
  r.tls_done = 45 * ms;
  CHECK(near(dispatch_lag_ms(r, true), 6));  // without 21 to 45
}

TEST_CASE("where connections are kept, a request that had to open one was sent late by it") {
  auto r = late();
  r.tcp_connected = 30 * ms;
  r.tls_done = 45 * ms;
  CHECK(near(dispatch_lag_ms(r, false), 30));
}

TEST_CASE("a closed loop, and a request that was not sent, have no dispatch lag") {
  auto closed = late(), unsent = late();
  closed.admitted.reset();
  unsent.sent.reset();
  CHECK_FALSE(dispatch_lag_ms(closed));
  CHECK_FALSE(dispatch_lag_ms(unsent));
}

}  // namespace dispatch_lag_test
