#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace goodput_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

/// TTFT 50 ms, TPOT (90 - 50) / (3 - 1) = 20 ms, E2E 100 ms.
const RequestRecord answer = streamed(100, {event(50, 1), event(70, 1), event(90, 1)});

Goodput limits(std::optional<double> ttft, std::optional<double> tpot, std::optional<double> e2e) {
  return {ttft, tpot, e2e};
}

TEST_CASE("a request is good within every limit, also at one") {
  CHECK(is_good(answer, limits({}, {}, {})));
  CHECK(is_good(answer, limits(50, 20, 100)));
  CHECK_FALSE(is_good(answer, limits(49.9, 20, 100)));
  CHECK_FALSE(is_good(answer, limits(50, 19.9, 100)));
  CHECK_FALSE(is_good(answer, limits(50, 20, 99.9)));
}

TEST_CASE("a limit that is not set does not count") {
  CHECK(is_good(answer, limits({}, 20, {})));
  CHECK_FALSE(is_good(answer, limits({}, 10, {})));
}

TEST_CASE("a failure is never good, however fast") {
  auto failed = answer;
  failed.outcome = Outcome::content_filtered;
  CHECK_FALSE(is_good(failed, limits(1'000, 1'000, 1'000)));
  CHECK_FALSE(is_good(failed, limits({}, {}, {})));
  CHECK_FALSE(is_good(RequestRecord{}, limits(1'000, 1'000, 1'000)));  // has not even an end
}

TEST_CASE("a metric that is not known is a miss where it has a limit") {
  CHECK(is_good(whole(100, 5), limits({}, {}, 100)));
  CHECK_FALSE(is_good(whole(100, 5), limits(1'000, {}, {})));
  CHECK_FALSE(is_good(whole(100, 5), limits({}, 1'000, {})));
  auto uncounted = answer;
  uncounted.output_tokens.reset();
  CHECK_FALSE(is_good(uncounted, limits({}, 1'000, {})));
}

TEST_CASE("an answer of fewer than 2 tokens has no TPOT to exceed") {
  const auto one = streamed(100, {event(50, 1)});
  CHECK(is_good(one, limits(50, 1, 100)));
  CHECK_FALSE(is_good(one, limits(49, 1, 100)));
  CHECK(is_good(whole(100, 1), limits({}, 1, 100)));
}

}  // namespace goodput_test
