#include "metrics/queue_wait.hpp"

#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace queue_wait_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("queue wait runs from when a request was due to when there was room for it") {
  Histogram wait;
  auto r = whole(90, 1);
  r.scheduled = 10 * ms;
  r.admitted = 25 * ms;
  r.dispatched = 40 * ms;
  add_queue_wait(r, wait);
  REQUIRE(wait.count() == 1);
  CHECK(near(wait.distribution_ms()->mean, 15));
  r.admitted = r.scheduled;  // there was room: a wait of 0 is a sample
  add_queue_wait(r, wait);
  CHECK(wait.count() == 2);
  CHECK(near(wait.distribution_ms()->mean, 7.5));
}

TEST_CASE("a closed loop has no queue wait") {
  Histogram wait;
  add_queue_wait(whole(90, 1), wait);
  CHECK(wait.count() == 0);
}

}  // namespace queue_wait_test
