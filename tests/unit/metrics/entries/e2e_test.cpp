#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace e2e_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("E2E runs from when a session took the request to the answer's last byte") {
  auto r = whole(120, 5);
  r.dispatched = 20 * ms;
  CHECK(near(e2e_ms(r), 100));  // 120 - 20
}

TEST_CASE("in open loop E2E runs from when the request was due") {
  auto r = whole(120, 5);
  r.scheduled = 10 * ms;
  r.dispatched = 50 * ms;       // 40 ms late: that is part of what a user waits
  CHECK(near(e2e_ms(r), 110));  // 120 - 10
}

TEST_CASE("a request whose answer has no end has no E2E") {
  auto r = whole(120, 5);
  r.done.reset();
  CHECK_FALSE(e2e_ms(r));
}

}  // namespace e2e_test
