#include "live_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <llmload/printable.hpp>
#include <llmload/version.hpp>
#include <optional>
#include <utility>

namespace llmload::cli {

using metrics::SummarySettings;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Add = std::function<void(double)>;
using Labels = std::vector<ClientMetric::Label>;

namespace {

constexpr std::size_t most_stages = 64;  // a source of stages may have no end; those before are left out

/// Of a function of records that gives one value, or none.
template <std::optional<double> (*value)(const RequestRecord&) noexcept>
void one(const RequestRecord& record, const SummarySettings& /*settings*/, const Add& add) {
  if (const auto ms = value(record)) add(*ms);
}

void tpot(const RequestRecord& record, const SummarySettings& settings, const Add& add) {
  if (const auto ms = metrics::tpot_ms(record, settings.tokens_from)) add(*ms);
}

void event_gaps(const RequestRecord& record, const SummarySettings& /*settings*/, const Add& add) {
  for (const double ms : metrics::event_gap_ms(record)) add(ms);
}

void dispatch_lag(const RequestRecord& record, const SummarySettings& settings, const Add& add) {
  if (const auto ms = metrics::dispatch_lag_ms(record, settings.own_connections)) add(*ms);
}

constexpr std::array<LiveTime, live_time_count> times = {{
    {"llmload_e2e_seconds", "E2E: from when a request was due, or taken, to the end of its answer.",
     one<metrics::e2e_ms>},
    {"llmload_service_e2e_seconds", "Service E2E: from when a request was sent to the end of its answer.",
     one<metrics::service_e2e_ms>},
    {"llmload_ttft_seconds", "TTFT: from when a request was due, or taken, to its first token.",
     one<metrics::ttft_ms>},
    {"llmload_service_ttft_seconds", "Service TTFT: from when a request was sent to its first token.",
     one<metrics::service_ttft_ms>},
    {"llmload_ttfo_seconds",
     "TTFO: from when a request was due, or taken, to its first token that is not reasoning.",
     one<metrics::ttfo_ms>},
    {"llmload_tpot_seconds", "TPOT: time per output token after the first.", tpot},
    {"llmload_event_gap_seconds", "Event gap: from one arrival of tokens to the next.", event_gaps},
    {"llmload_queue_wait_seconds", "Queue wait: for room under a cap, or in the quota.",
     one<metrics::queue_wait_ms>},
    {"llmload_dispatch_lag_seconds",
     "Dispatch lag, our own error: from when a request could be sent to when it was.", dispatch_lag, true},
}};

constexpr std::pair<std::string_view, std::optional<Distribution> OwnError::*> lags[] = {
    {"dispatch", &OwnError::dispatch_lag_ms},
    {"read", &OwnError::read_lag_ms},
    {"loop", &OwnError::loop_lag_ms},
    {"prepare", &OwnError::prepare_lag_ms},
    {"turnaround", &OwnError::turnaround_ms}};

struct Rate {
  std::string_view name, help;
  std::optional<double> Summary::*of;
};
constexpr Rate rates[] = {
    {"llmload_requests_per_second", "Successful requests a second of a stage that has ended.",
     &Summary::requests_per_second},
    {"llmload_output_tokens_per_second", "Output tokens a second of a stage that has ended.",
     &Summary::output_tokens_per_second},
    {"llmload_goodput_requests_per_second", "Requests within all limits a second of a stage that has ended.",
     &Summary::goodput}};

ClientMetric with_labels(const Labels& labels) {
  ClientMetric metric;
  metric.label = labels;
  return metric;
}

ClientMetric gauge(const Labels& labels, double value) {
  ClientMetric metric = with_labels(labels);
  metric.gauge.value = value;
  return metric;
}

ClientMetric counter(const Labels& labels, std::uint64_t value) {
  ClientMetric metric = with_labels(labels);
  metric.counter.value = static_cast<double>(value);
  return metric;
}

Labels with(Labels labels, std::string name, std::string_view value) {
  labels.push_back({std::move(name), std::string(value)});
  return labels;
}

MetricFamily family(std::string_view name, MetricType type, std::string_view help) {
  return {std::string(name), std::string(help), type, {}};
}

}  // namespace

const std::vector<double>& live_bounds() {
  static const std::vector<double> bounds = [] {
    std::vector<double> all;
    for (int half = -26; half <= 20; ++half) all.push_back(std::exp2(half / 2.0));
    return all;
  }();
  return bounds;
}

void LiveMetrics::Times::add(double seconds) {
  const auto& bounds = live_bounds();
  if (counts.empty()) counts.resize(bounds.size() + 1);
  ++counts[static_cast<std::size_t>(std::ranges::lower_bound(bounds, seconds) - bounds.begin())];
  ++count;
  sum += seconds;
}

void LiveMetrics::on_start(const RunHeader& header) {
  const std::scoped_lock lock(mutex_);
  stages_.clear();
  run_ = {{"version", header.version},
          {"run_id", printable(header.run_id)},
          {"dialect", printable(header.dialect)},
          {"model", printable(header.model)},
          {"simulated", header.settings.simulated ? "yes" : "no"}};
  settings_ = header.settings;
}

void LiveMetrics::on_stage_begin(const StageBegin& stage) {
  StageNumbers next;
  next.labels = {{"stage", std::to_string(stage.number)}, {"load", printable(describe(stage.stage))}};
  const std::scoped_lock lock(mutex_);
  stages_.push_back(std::move(next));
  if (stages_.size() > most_stages) stages_.pop_front();
}

void LiveMetrics::on_record(const RequestRecord& record) {
  const std::scoped_lock lock(mutex_);
  if (stages_.empty()) return;
  StageNumbers& stage = stages_.back();
  if (!record.measured) {
    ++stage.outside_window;
    return;
  }
  ++stage.by_outcome[static_cast<std::size_t>(record.outcome)];
  const bool ok = record.outcome == Outcome::ok;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!ok && !times[i].of_failed) continue;
    times[i].of(record, settings_, [&of = stage.times[i]](double ms) { of.add(ms / 1e3); });
  }
  if (ok) {
    // As Summary::output_tokens: what a tokenizer should have counted, and did not, is not known.
    const bool by_usage = !settings_.own_counts() || (!record.output_tokens && record.text_dropped);
    const bool bos = settings_.own_counts() && settings_.count_bos && record.output_tokens;
    stage.output_tokens +=
        (by_usage ? record.usage_completion_tokens : record.output_tokens).value_or(0) + (bos ? 1 : 0);
  }
}

void LiveMetrics::on_stage(const Summary& summary) {
  const std::scoped_lock lock(mutex_);
  if (stages_.empty()) return;
  stages_.back().ended = true;
  stages_.back().summary = summary;
}

/// Nothing where no stage has any of it.
template <class Fill>
void LiveMetrics::add_of_each(std::vector<MetricFamily>& to, MetricFamily family, Fill fill) const {
  for (const StageNumbers& stage : stages_) fill(stage, family.metric);
  if (!family.metric.empty()) to.push_back(std::move(family));
}

void LiveMetrics::add_counts(std::vector<MetricFamily>& to) const {
  using Metrics = std::vector<ClientMetric>;
  add_of_each(
      to, family("llmload_stage_running", MetricType::Gauge, "Whether the stage is under way: 1, else 0."),
      [](const StageNumbers& s, Metrics& m) { m.push_back(gauge(s.labels, s.ended ? 0 : 1)); });
  add_of_each(
      to,
      family("llmload_requests_total", MetricType::Counter, "Measured requests that have ended, by outcome."),
      [](const StageNumbers& s, Metrics& m) {
        for (std::size_t i = 0; i < outcome_count; ++i) {
          const auto outcome = static_cast<Outcome>(i);
          if (s.by_outcome[i] == 0 && outcome != Outcome::ok) continue;
          m.push_back(counter(with(s.labels, "outcome", to_string(outcome)), s.by_outcome[i]));
        }
      });
  add_of_each(to,
              family("llmload_outside_window_requests_total", MetricType::Counter,
                     "Requests of the warm-up and the cool-down that have ended."),
              [](const StageNumbers& s, Metrics& m) { m.push_back(counter(s.labels, s.outside_window)); });
  add_of_each(
      to,
      family(
          "llmload_output_tokens_total", MetricType::Counter,
          "Output tokens of measured requests that succeeded, by the tokenizer, else by the server's usage."),
      [](const StageNumbers& s, Metrics& m) { m.push_back(counter(s.labels, s.output_tokens)); });
}

void LiveMetrics::add_times(std::vector<MetricFamily>& to) const {
  const auto& bounds = live_bounds();
  for (std::size_t i = 0; i < times.size(); ++i) {
    add_of_each(to, family(times[i].name, MetricType::Histogram, times[i].help),
                [&](const StageNumbers& s, std::vector<ClientMetric>& m) {
                  const Times& of = s.times[i];
                  if (of.count == 0) return;
                  ClientMetric metric = with_labels(s.labels);
                  metric.histogram.sample_count = of.count;
                  metric.histogram.sample_sum = of.sum;
                  std::uint64_t below = 0;
                  for (std::size_t b = 0; b < of.counts.size(); ++b) {
                    below += of.counts[b];
                    const bool last = b == bounds.size();
                    metric.histogram.bucket.push_back(
                        {below, last ? std::numeric_limits<double>::infinity() : bounds[b]});
                  }
                  m.push_back(std::move(metric));
                });
  }
}

/// What is known when a stage has ended.
void LiveMetrics::add_ended(std::vector<MetricFamily>& to) const {
  using Metrics = std::vector<ClientMetric>;
  add_of_each(to,
              family("llmload_stage_valid", MetricType::Gauge,
                     "Whether the numbers of a stage that has ended can be trusted: 1, else 0."),
              [](const StageNumbers& s, Metrics& m) {
                if (s.ended) m.push_back(gauge(s.labels, s.summary.valid ? 1 : 0));
              });
  add_of_each(to, family("llmload_stage_invalid_info", MetricType::Gauge, "Why they can't, by code: 1."),
              [](const StageNumbers& s, Metrics& m) {
                for (const InvalidReason& reason : s.summary.invalid_reasons)
                  m.push_back(gauge(with(s.labels, "code", reason.code), 1));
              });
  add_of_each(to,
              family("llmload_own_error_p99_seconds", MetricType::Gauge,
                     "How late llmload itself was in a stage that has ended, the p99 of each of its lags."),
              [](const StageNumbers& s, Metrics& m) {
                for (const auto& [name, lag] : lags) {
                  const auto& d = s.summary.own_error.*lag;
                  if (d) m.push_back(gauge(with(s.labels, "lag", name), d->p99 / 1e3));
                }
              });
  for (const auto& [name, help, rate] : rates) {
    add_of_each(to, family(name, MetricType::Gauge, help), [rate = rate](const StageNumbers& s, Metrics& m) {
      if (s.summary.*rate) m.push_back(gauge(s.labels, *(s.summary.*rate)));
    });
  }
}

std::vector<MetricFamily> LiveMetrics::Collect() const {
  const std::scoped_lock lock(mutex_);
  std::vector<MetricFamily> all;
  if (run_.empty()) return all;
  all.push_back(family("llmload_run_info", MetricType::Gauge, "The run: 1."));
  all.back().metric.push_back(gauge(run_, 1));
  add_counts(all);
  add_times(all);
  add_ended(all);
  return all;
}

}  // namespace llmload::cli
