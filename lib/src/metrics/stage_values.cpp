#include "metrics/stage_values.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <type_traits>

#include "llmload/condition.hpp"
#include "llmload/error.hpp"
#include "text/nearest.hpp"

namespace llmload {
namespace metrics {
namespace {

constexpr unsigned anything = ~0U;

template <class Number>
std::optional<double> number(const Number& value) {
  if constexpr (std::is_arithmetic_v<Number>)
    return static_cast<double>(value);
  else
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

template <auto Member>
std::optional<double> member(const Summary& s) {
  return number(s.*Member);
}

std::optional<double> failed_share(const Summary& s) {
  if (s.begun == 0) return std::nullopt;
  return static_cast<double>(s.failed) / static_cast<double>(s.begun);
}

// docs/own_error.md says what each rests on, too.
constexpr StageValue values[] = {
    {"requests", anything, member<&Summary::begun>},
    {"ok", anything, member<&Summary::ok>},
    {"failed", anything, member<&Summary::failed>},
    {"failed_share", anything, failed_share},
    {"requests_per_second", rests_on::pace, member<&Summary::requests_per_second>},
    {"output_tokens_per_second", rests_on::pace | rests_on::text, member<&Summary::output_tokens_per_second>},
    {"input_tokens_per_second", rests_on::pace, member<&Summary::input_tokens_per_second>},
    {"mean_output_tokens_per_second_per_request", rests_on::pace | rests_on::arrivals | rests_on::text,
     member<&Summary::mean_output_tokens_per_second_per_request>},
    {"below_threshold", anything, member<&Summary::below_threshold>},
    {"goodput", rests_on::pace | rests_on::arrivals | rests_on::first_token | rests_on::text,
     member<&Summary::goodput>},
    {"good_share", rests_on::pace | rests_on::arrivals | rests_on::first_token | rests_on::text,
     member<&Summary::good_share>},
    {"wall_seconds", rests_on::pace, member<&Summary::wall_seconds>},
    {"tail_seconds", rests_on::pace, member<&Summary::tail_seconds>},
    {"planned", anything, member<&Summary::planned>},
    {"cost", anything, member<&Summary::cost>},
    {"dropped", anything, member<&Summary::dropped>},
    {"not_started", anything, member<&Summary::not_started>},
    {"output_tokens", anything, member<&Summary::output_tokens>},
    {"reasoning_tokens", anything, member<&Summary::reasoning_tokens>},
    {"tool_tokens", anything, member<&Summary::tool_tokens>},
    {"usage_output_tokens", anything, member<&Summary::usage_output_tokens>},
    {"usage_reasoning_tokens", anything, member<&Summary::usage_reasoning_tokens>},
    {"usage_cached_tokens", anything, member<&Summary::usage_cached_tokens>},
    {"shared_tokens", anything, member<&Summary::shared_tokens>},
    {"usage_ratio", rests_on::text, member<&Summary::usage_ratio>},
    {"short_outputs", anything, member<&Summary::short_outputs>},
    {"attempts", anything, member<&Summary::attempts>},
    {"retried", anything, member<&Summary::retried>},
    {"reconnects", anything, member<&Summary::reconnects>},
    {"cold_requests", anything, member<&Summary::cold_requests>},
    {"stale_answers", anything, member<&Summary::stale_answers>},
    {"text_dropped", anything, member<&Summary::text_dropped>}};

struct Statistic {
  std::string_view name;
  std::optional<double> (*get)(const Distribution&);
};

template <auto Member>
std::optional<double> part(const Distribution& d) {
  return number(d.*Member);
}

constexpr Statistic parts[] = {{"mean", part<&Distribution::mean>},
                               {"sd", part<&Distribution::sd>},
                               {"min", part<&Distribution::min>},
                               {"max", part<&Distribution::max>},
                               {"p50", part<&Distribution::p50>},
                               {"p90", part<&Distribution::p90>},
                               {"p95", part<&Distribution::p95>},
                               {"p99", part<&Distribution::p99>},
                               {"p999", part<&Distribution::p999>},
                               {"count", part<&Distribution::count>},
                               {"own_error_p99", part<&Distribution::own_error_p99>}};

/// Our own lags, which are no metrics.
struct Lag {
  std::string_view name;
  std::optional<Distribution> OwnError::*lag;
};
constexpr Lag lags[] = {{"dispatch_lag_ms", &OwnError::dispatch_lag_ms},
                        {"read_lag_ms", &OwnError::read_lag_ms},
                        {"loop_lag_ms", &OwnError::loop_lag_ms},
                        {"prepare_lag_ms", &OwnError::prepare_lag_ms},
                        {"turnaround_ms", &OwnError::turnaround_ms}};

bool is_distribution(const Metric& metric) {
  return std::holds_alternative<std::optional<Distribution>>(metric.make()->value());
}

[[noreturn]] void unknown(std::string_view name) {
  throw InputError('"' + std::string(name) + "\" is no value of a stage; did you mean \"" +
                   std::string(text::nearest(name, value_names())) + "\"?");
}

/// `d`: null where the stage has none.
std::optional<double> part_of(const Distribution* d, std::string_view name, std::string_view part) {
  const auto found = std::ranges::find(parts, part, &Statistic::name);
  if (found != std::end(parts)) return d != nullptr ? found->get(*d) : std::nullopt;
  std::string all;
  for (const Statistic& each : parts) all += (all.empty() ? "" : ", ") + std::string(each.name);
  throw InputError('"' + std::string(name) + "\" is a distribution, of which a part must be named: " + all);
}

template <class Value>
const Value* get(const std::optional<Value>& value) {
  return value ? &*value : nullptr;
}

}  // namespace

std::span<const StageValue> stage_values() noexcept { return values; }

const StageValue* find_stage_value(std::string_view name) noexcept {
  const auto found = std::ranges::find(values, name, &StageValue::name);
  return found == std::end(values) ? nullptr : &*found;
}

}  // namespace metrics

std::optional<double> value_of(const Summary& stage, std::string_view name) {
  if (const metrics::StageValue* value = metrics::find_stage_value(name)) return value->get(stage);
  const auto dot = std::min(name.find('.'), name.size());
  const std::string_view key = name.substr(0, dot), part = name.substr(std::min(dot + 1, name.size()));
  const auto lag = std::ranges::find(metrics::lags, key, &metrics::Lag::name);
  if (lag != std::end(metrics::lags))
    return metrics::part_of(metrics::get(stage.own_error.*(lag->lag)), key, part);
  const metrics::Metric* const metric = metrics::find_metric(key);
  if (metric == nullptr) metrics::unknown(name);
  if (metrics::is_distribution(*metric))
    return metrics::part_of(metrics::get(stage.distribution(key)), key, part);
  if (!part.empty()) metrics::unknown(name);
  const auto found = stage.values.find(key);
  if (found == stage.values.end()) return std::nullopt;
  if (const auto* count = std::get_if<std::optional<std::uint64_t>>(&found->second))
    return metrics::number(*count);
  return stage.number(key);
}

std::vector<std::string_view> value_names() {
  std::vector<std::string_view> names;
  for (const metrics::Metric* metric : metrics::catalogue()) names.push_back(metric->key);
  for (const metrics::StageValue& value : metrics::values) names.push_back(value.name);
  for (const metrics::Lag& lag : metrics::lags) names.push_back(lag.name);
  return names;
}

}  // namespace llmload
