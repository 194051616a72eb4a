#include "support/catch.hpp"
#include "unit/metrics/fold_of.hpp"
#include "unit/metrics/records.hpp"

namespace first_token_merged_share_test {

using namespace llmload;
using namespace llmload::metrics_test;

std::optional<double> share_of(const std::vector<RequestRecord>& records) {
  return summary_of(records).first_token_merged_share();
}

TEST_CASE("the first tokens' merged share is of the answers with a first token") {
  auto together = streamed(200, {event(50, 1), event(50, 1, merged)});
  together.first_token_merged = true;
  const auto apart = streamed(200, {event(50, 1), event(70, 1)});
  const auto without = streamed(200, {}), at_once = whole(200, 5);                 // no first token
  CHECK(near(share_of({together, apart, apart, apart, without, at_once}), 0.25));  // 1 / 4
}

TEST_CASE("without a first token there is no such share") { CHECK_FALSE(share_of({whole(200, 5)})); }

}  // namespace first_token_merged_share_test
