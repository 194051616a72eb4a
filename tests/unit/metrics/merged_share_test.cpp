#include "metrics/merged_share.hpp"

#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace merged_share_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("the merged share is merged events over the events after the first of each answer") {
  Share share;
  add_merged_events(streamed(200, {event(50, 1), event(70, 1), event(70, 1, merged), event(90, 1)}), share);
  CHECK(near(share.value(), 1.0 / 3));  // of 3 after the first
  add_merged_events(streamed(200, {event(50, 1), event(50, 1, merged)}), share);
  CHECK(near(share.value(), 0.5));  // (1 + 1) / (3 + 1)
}

TEST_CASE("answers without a second event have no merged share") {
  Share share;
  add_merged_events(streamed(200, {}), share);
  add_merged_events(streamed(200, {event(50, 1)}), share);
  add_merged_events(whole(200, 5), share);
  CHECK_FALSE(share.value());
}

}  // namespace merged_share_test
