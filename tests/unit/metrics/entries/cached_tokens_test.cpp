#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace cached_tokens_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("cached tokens are a sample of each answer whose usage says them") {
  std::vector<RequestRecord> records = {whole(100, 3), whole(100, 3), whole(100, 3)};
  records[0].usage_cached_tokens = 10;
  records[2].usage_cached_tokens = 30;
  const Summary s = summarize(records, {}, {ClosedLoop{1}, 3});
  const auto& cached = s.distribution("cached_tokens");
  REQUIRE(cached);
  CHECK(cached->count == 2);
  CHECK(cached->mean == 20);
  CHECK_FALSE(
      summarize(std::span(records).subspan(1, 1), {}, {ClosedLoop{1}, 1}).distribution("cached_tokens"));
}

}  // namespace cached_tokens_test
