#include "metrics/metric_fold.hpp"

#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "unit/metrics/fold_of.hpp"
#include "unit/metrics/records.hpp"

namespace metric_fold_test {

using namespace llmload;
using namespace llmload::metrics_test;

TEST_CASE("a stage of streams has the metrics of its answers") {
  auto plain = streamed(200, {event(50, 1), event(70, 1), event(90, 2), event(90, 0, merged)});
  plain.prompt_tokens = 10;
  auto thinks = streamed(300, {reasoning(100, 2), event(140, 2), event(180, 1)});
  thinks.prompt_tokens = 10;
  thinks.first_token_merged = true;
  const auto s = summary_of({plain, thinks});

  REQUIRE((s.ttft_ms() && s.ttfo_ms() && s.tpot_ms() && s.itl_ms() && s.event_gap_ms() &&
           s.tokens_per_event() && s.request_prompt_rate()));
  CHECK(near(s.ttft_ms()->mean, 75));         // (50 + 100) / 2
  CHECK(near(s.ttfo_ms()->mean, 95));         // (50 + 140) / 2
  CHECK(near(s.tpot_ms()->min, 40.0 / 3));    // (90 - 50) / (4 - 1)
  CHECK(near(s.tpot_ms()->max, 20));          // (180 - 100) / (5 - 1)
  CHECK(s.itl_ms()->count == 6);              // 1 + 2 and 2 + 1 after the first arrivals
  CHECK(near(s.itl_ms()->mean, 20));          // (20 + 10 + 10 + 20 + 20 + 40) / 6
  CHECK(s.event_gap_ms()->count == 4);        // 20, 20 and 40, 40
  CHECK(near(s.event_gap_ms()->mean, 30));    // 120 / 4
  CHECK(near(s.tokens_per_event()->min, 1));  // 4 / 4
  CHECK(near(s.tokens_per_event()->max, 5.0 / 3));
  CHECK(near(s.merged_share(), 0.2));  // 1 / (3 + 2)
  CHECK(near(s.first_token_merged_share(), 0.5));
  CHECK(near(s.request_prompt_rate()->max, 200));  // 10 / 0.05 s
  CHECK(near(s.request_prompt_rate()->min, 100));  // 10 / 0.1 s
}

TEST_CASE("no request is kept from a metric that has a value of it") {
  const auto plain = streamed(200, {event(50, 1), event(70, 1), event(90, 2, merged)});
  std::vector<RequestRecord> records(7, whole(100, 5));
  records[1].opening = 1 * ms;
  records[1].resolved = 2 * ms;
  records[2] = records[1];
  records[2].tcp_connected = 3 * ms;
  records[2].tls_done = 4 * ms;
  records[3].tcp_connected = 3 * ms;  // as its stamps before it were lost
  records[3].tls_done = 5 * ms;
  records[4] = records[5] = records[6] = plain;
  records[5].first_token.reset();
  records[6].events.clear();  // as of a text that was dropped
  for (RequestRecord& record : records) record.prompt_tokens = 10;
  const metrics::SummarySettings settings;
  for (const RequestRecord& record : records) {
    const MetricValues values = summary_of({record}).values;
    for (const metrics::Metric* metric : metrics::catalogue()) {
      INFO(metric->key);
      const auto alone = metric->make();
      alone->add({record, record, settings});
      const bool has_value = metric->exists({}, settings) &&
                             std::visit([](const auto& its) { return its.has_value(); }, alone->value());
      const auto found = values.find(metric->key);
      REQUIRE((found != values.end()) == has_value);
      if (has_value) CHECK((found->second == alone->value()));
    }
  }
}

TEST_CASE("a stage without streams has none of them: neither 0 nor nan") {
  for (const auto& s : {summary_of({}), summary_of({whole(100, 5)}), summary_of({streamed(100, {})})}) {
    CHECK_FALSE(s.ttft_ms());
    CHECK_FALSE(s.ttfo_ms());
    CHECK_FALSE(s.tpot_ms());
    CHECK_FALSE(s.itl_ms());
    CHECK_FALSE(s.event_gap_ms());
    CHECK_FALSE(s.tokens_per_event());
    CHECK_FALSE(s.request_prompt_rate());
    CHECK_FALSE(s.merged_share());
    CHECK_FALSE(s.first_token_merged_share());
  }
}

TEST_CASE("an answer in one event has a TTFT, and no gap") {
  const auto s = summary_of({streamed(100, {event(50, 1)})});
  CHECK(near(s.ttft_ms()->p50, 50));
  CHECK_FALSE(s.tpot_ms());
  CHECK_FALSE(s.itl_ms());
  CHECK_FALSE(s.event_gap_ms());
  CHECK_FALSE(s.merged_share());
  CHECK(s.first_token_merged_share() == 0.0);
}

}  // namespace metric_fold_test
