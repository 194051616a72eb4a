#include "metrics/metric_fold.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace llmload::metrics {
namespace {

bool has_value(const MetricValue& value) {
  return std::visit([](const auto& of_its_kind) { return of_its_kind.has_value(); }, value);
}

}  // namespace

MetricFold::MetricFold(const Stage& stage, const SummarySettings& settings) {
  for (const Metric* metric : catalogue()) {
    metrics_.push_back(metric->exists(stage, settings) ? metric->make() : nullptr);
    if (metrics_.back()) by_needs_[static_cast<std::size_t>(metric->needs)].push_back(metrics_.back().get());
  }
}

void MetricFold::merge(const MetricFold& other) {
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    if (metrics_[i]) metrics_[i]->merge(*other.metrics_[i]);
  }
}

MetricValues MetricFold::values(const std::optional<OwnErrorP99>& own_error) const {
  MetricValues values;
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    if (!metrics_[i]) continue;
    const Metric& metric = *catalogue()[i];
    MetricValue value = metrics_[i]->value();
    if (!has_value(value)) continue;
    if (own_error && metric.own_error != nullptr)
      std::get<std::optional<Distribution>>(value)->own_error_p99 = (*own_error).*metric.own_error;
    values.emplace(metric.key, value);
  }
  return values;
}

}  // namespace llmload::metrics
