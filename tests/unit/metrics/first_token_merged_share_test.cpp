#include "metrics/first_token_merged_share.hpp"

#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace first_token_merged_share_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("the first tokens' merged share is of the answers with a first token") {
  Share share;
  auto together = streamed(200, {event(50, 1), event(50, 1, merged)});
  together.first_token_merged = true;
  add_first_token_merged(together, share);
  for (int i = 0; i < 3; ++i) add_first_token_merged(streamed(200, {event(50, 1), event(70, 1)}), share);
  add_first_token_merged(streamed(200, {}), share);  // these two have no first token
  add_first_token_merged(whole(200, 5), share);
  CHECK(near(share.value(), 0.25));  // 1 / 4
}

TEST_CASE("without a first token there is no such share") {
  Share share;
  add_first_token_merged(whole(200, 5), share);
  CHECK_FALSE(share.value());
}

}  // namespace first_token_merged_share_test
