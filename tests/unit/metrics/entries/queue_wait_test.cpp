#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace queue_wait_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("queue wait runs from when a request was due to when there was room for it") {
  auto r = whole(90, 1);
  r.scheduled = 10 * ms;
  r.admitted = 25 * ms;
  r.dispatched = 40 * ms;
  CHECK(near(queue_wait_ms(r), 15));
  r.admitted = r.scheduled;  // there was room: a wait of 0 is a sample
  CHECK(queue_wait_ms(r) == 0.0);
}

TEST_CASE("a closed loop has no queue wait") { CHECK_FALSE(queue_wait_ms(whole(90, 1))); }

}  // namespace queue_wait_test
