#include <optional>
#include <set>
#include <string_view>
#include <variant>

#include "metrics/metric.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace catalogue_test {

using namespace llmload;
using namespace std::chrono_literals;
using metrics::catalogue;
using metrics::find_metric;
using metrics::Metric;

TEST_CASE("each metric of the catalogue has a key and a name of its own, and is found by its key") {
  std::set<std::string_view> keys, names;
  for (const Metric* metric : catalogue()) {
    INFO(metric->key);
    CHECK(keys.insert(metric->key).second);
    CHECK(names.insert(metric->name).second);
    CHECK(find_metric(metric->key) == metric);
    CHECK_FALSE(metric->unit.empty());
  }
  CHECK(keys.size() > 10);
  CHECK(find_metric("no_such_metric") == nullptr);
}

TEST_CASE("what has no sample yet has no value, whatever the metric") {
  for (const Metric* metric : catalogue()) {
    INFO(metric->key);
    const MetricValue value = metric->make()->value();
    CHECK_FALSE(std::visit([](const auto& of_its_kind) { return of_its_kind.has_value(); }, value));
    CHECK((metric->unit != "share" || std::holds_alternative<std::optional<double>>(value)));
    CHECK((metric->own_error == nullptr || std::holds_alternative<std::optional<Distribution>>(value)));
  }
}

TEST_CASE("a request without what a metric needs has no value of it") {
  RequestRecord record = metrics_test::whole(100, 5);
  record.text_bytes = record.prompt_tokens = record.usage_prompt_tokens = record.usage_completion_tokens =
      record.usage_cached_tokens = 10;
  record.scheduled = record.admitted = 0ns;
  record.attempts = 3;
  const metrics::SummarySettings settings;
  for (const Metric* metric : catalogue()) {
    INFO(metric->key);
    const auto fold = metric->make();
    fold->add({record, record, settings});
    const bool has_value = std::visit([](const auto& its) { return its.has_value(); }, fold->value());
    CHECK(has_value == is_met(metric->needs, record));
  }
}

TEST_CASE("a metric is in a summary by its name and by its key") {
  Summary s;
  CHECK_FALSE(s.ttft_ms());
  CHECK_FALSE(s.merged_share());
  s.values["ttft_ms"] = std::optional(Distribution{.count = 3, .p50 = 20});
  s.values["merged_share"] = std::optional(0.5);
  s.values["a_count"] = std::optional<std::uint64_t>(7);
  CHECK(s.ttft_ms()->p50 == 20);
  CHECK(s.distribution("ttft_ms") == s.ttft_ms());
  CHECK(s.merged_share() == 0.5);
  CHECK(s.number("merged_share") == 0.5);
  CHECK_FALSE(s.number("ttft_ms"));
  CHECK_FALSE(s.distribution("merged_share"));
  CHECK_FALSE(s.number("a_count"));
  CHECK_FALSE(s.distribution("no_such_metric"));
}

}  // namespace catalogue_test
