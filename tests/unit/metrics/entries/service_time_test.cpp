#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace service_time_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("service times run from when a request was sent, not from when it was due") {
  auto r = streamed(90, {reasoning(50, 2), event(70, 1)});
  r.scheduled = 5 * ms;
  r.dispatched = 30 * ms;
  r.sent = 32 * ms;
  CHECK(near(service_e2e_ms(r), 58));
  CHECK(near(service_ttft_ms(r), 18));
}

TEST_CASE("without its stamp there is no service time") {
  auto r = streamed(90, {event(70, 1)});
  r.sent.reset();
  CHECK_FALSE(service_e2e_ms(r));
  CHECK_FALSE(service_ttft_ms(r));
  r.sent = 32 * ms;
  r.done.reset();
  CHECK_FALSE(service_e2e_ms(r));
  CHECK(service_ttft_ms(r));
  auto body = whole(90, 5);
  body.sent = 1 * ms;
  CHECK(service_e2e_ms(body));
  CHECK_FALSE(service_ttft_ms(body));
}

TEST_CASE("an answer that began before the request was out has no service time") {
  auto r = streamed(90, {event(50, 1), event(70, 1)});
  r.sent = 50 * ms + std::chrono::nanoseconds(1);
  CHECK_FALSE(service_e2e_ms(r));
  CHECK_FALSE(service_ttft_ms(r));
  r.sent = 50 * ms;
  CHECK(near(service_e2e_ms(r), 40));
  CHECK(near(service_ttft_ms(r), 0));
}

}  // namespace service_time_test
