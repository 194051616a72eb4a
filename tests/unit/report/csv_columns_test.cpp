#include "report/csv_columns.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/stores/accumulators.hpp"
#include "support/catch.hpp"

namespace csv_columns_test {

using namespace llmload;
using namespace llmload::metrics;
using report::csv_columns;
using report::CsvColumn;

class Requests final : public Accumulator {
 public:
  void add(const Sample& /*sample*/) override { ++count_; }
  void merge(const Accumulator& other) override { count_ += static_cast<const Requests&>(other).count_; }
  [[nodiscard]] MetricValue value() const override { return std::optional(count_); }

 private:
  std::uint64_t count_ = 0;
};

class Number final : public Accumulator {
 public:
  void add(const Sample& /*sample*/) override {}
  void merge(const Accumulator& /*other*/) override {}
  [[nodiscard]] MetricValue value() const override { return std::optional<double>(); }
};

constexpr Metric wait = {.key = "wait_ms",
                         .name = "Wait",
                         .unit = "ms",
                         .better = Better::lower,
                         .rests_on = rests_on::nothing,
                         .make = make<PerRequest<queue_wait_ms>>};
constexpr Metric share = {.key = "lost_share",
                          .name = "Lost Share",
                          .unit = "share",
                          .better = Better::lower,
                          .rests_on = rests_on::nothing,
                          .make = make<Number>};
constexpr Metric ratio = {.key = "ratio",
                          .name = "Ratio",
                          .unit = "tokens/byte",
                          .better = Better::neither,
                          .rests_on = rests_on::nothing,
                          .make = make<Number>};
constexpr Metric calls = {.key = "calls",
                          .name = "Calls",
                          .unit = "requests",
                          .better = Better::neither,
                          .rests_on = rests_on::nothing,
                          .make = make<Requests>};

TEST_CASE("metrics that have no columns of their own have them behind all others of ours, by their kind") {
  std::vector<const Metric*> all(catalogue().begin(), catalogue().end());
  const std::size_t of_server = 8;  // what the server says of itself is behind them
  const std::size_t known = csv_columns(all).size() - of_server;
  all.insert(all.end(), {&wait, &share, &ratio, &calls});
  auto columns = csv_columns(all);
  columns.resize(columns.size() - of_server);
  std::vector<std::string> headings, cells, empty;
  Summary s;
  for (std::size_t i = known; i < columns.size(); ++i) empty.push_back(columns[i].cell(s));
  s.values["wait_ms"] = std::optional(Distribution{.count = 1, .mean = 1.234, .p50 = 2, .p99 = 3});
  s.values["lost_share"] = std::optional(0.25);
  s.values["ratio"] = std::optional(1.0 / 3);
  s.values["calls"] = std::optional<std::uint64_t>(12);
  for (std::size_t i = known; i < columns.size(); ++i) {
    headings.push_back(columns[i].heading);
    cells.push_back(columns[i].cell(s));
  }
  CHECK(headings == std::vector<std::string>{"Mean Wait (ms)", "P50 Wait (ms)", "P99 Wait (ms)",
                                             "Lost Share (%)", "Ratio (tokens/byte)", "Calls (requests)"});
  CHECK(cells == std::vector<std::string>{"1.23", "2", "3", "25", "0.33", "12"});
  CHECK(empty == std::vector<std::string>(6));
}

TEST_CASE("each metric of the catalogue has a column") {
  const auto columns = csv_columns(catalogue());
  for (const Metric* metric : catalogue()) {
    INFO(metric->name);
    CHECK(std::ranges::any_of(columns, [metric](const CsvColumn& column) {
      return column.heading.find(metric->name) != std::string::npos;
    }));
  }
}

}  // namespace csv_columns_test
