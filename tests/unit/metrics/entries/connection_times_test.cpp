#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace connection_times_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE(
    "each part of opening a connection begins when the one before it ends, the first with the opening") {
  auto r = whole(90, 5);
  r.dispatched = 1 * ms;
  r.opening = 10 * ms;
  r.resolved = 12 * ms;
  r.tcp_connected = 15 * ms;
  r.tls_done = 19 * ms;
  CHECK(near(resolve_ms(r), 2));
  CHECK(near(connect_ms(r), 3));
  CHECK(near(tls_ms(r), 4));
  r.resolved.reset();  // the addresses were known
  CHECK_FALSE(resolve_ms(r));
  CHECK(near(connect_ms(r), 5));
}

TEST_CASE("a request that opened no connection has no such times") {
  const auto r = whole(90, 5);
  CHECK_FALSE(resolve_ms(r));
  CHECK_FALSE(connect_ms(r));
  CHECK_FALSE(tls_ms(r));
}

}  // namespace connection_times_test
