#include "support/catch.hpp"
#include "unit/metrics/fold_of.hpp"
#include "unit/metrics/records.hpp"

namespace merged_share_test {

using namespace llmload;
using namespace llmload::metrics_test;

std::optional<double> share_of(const std::vector<RequestRecord>& records) {
  return summary_of(records).merged_share();
}

TEST_CASE("the merged share is merged events over the events after the first of each answer") {
  const auto some = streamed(200, {event(50, 1), event(70, 1), event(70, 1, merged), event(90, 1)});
  CHECK(near(share_of({some}), 1.0 / 3));  // of 3 after the first
  const auto all = streamed(200, {event(50, 1), event(50, 1, merged)});
  CHECK(near(share_of({some, all}), 0.5));  // (1 + 1) / (3 + 1)
}

TEST_CASE("answers without a second event have no merged share") {
  CHECK_FALSE(share_of({streamed(200, {}), streamed(200, {event(50, 1)}), whole(200, 5)}));
}

}  // namespace merged_share_test
