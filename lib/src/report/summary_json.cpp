#include "report/summary_json.hpp"

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "llmload/version.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "report/json_members.hpp"
#include "report/remarks.hpp"
#include "text/utf8.hpp"

namespace llmload::report {
namespace {

namespace json = boost::json;

constexpr const char* among_attempts = "retry_wait_ms";  // the metric whose place is further down

json::value distribution(const std::optional<Distribution>& d) {
  if (!d) return nullptr;
  json::object o = {{"count", d->count}, {"mean", d->mean}, {"sd", d->sd},   {"min", d->min},
                    {"max", d->max},     {"p50", d->p50},   {"p90", d->p90}, {"p95", d->p95},
                    {"p99", d->p99},     {"p999", d->p999}};
  if (d->from_histogram) o["from_histogram"] = true;
  if (d->own_error_p99) o["own_error_p99"] = *d->own_error_p99;
  if (d->uncertainty_p50) o["uncertainty_p50"] = *d->uncertainty_p50;
  if (d->uncertainty_p99) o["uncertainty_p99"] = *d->uncertainty_p99;
  return o;
}

/// What was asked for.
void add_plan(json::object& o, const Stage& stage) {
  const OpenLoop* const open = stage.open_loop();
  const std::optional<unsigned> most = stage.concurrency();
  o["stage"] = describe(stage);
  o["loop"] = open != nullptr ? "open" : "closed";
  o["concurrency"] = most ? json::value(*most) : json::value(nullptr);
  o["requests_per_level"] = stage.requests.value_or(0);
  o["duration_seconds"] = metrics::in_seconds(stage.duration.value_or(std::chrono::nanoseconds{0}));
  o["warmup_requests"] = stage.warmup_requests;
  o["warmup_seconds"] = metrics::in_seconds(stage.warmup);
  o["cooldown_seconds"] = metrics::in_seconds(stage.cooldown);
  if (const auto* const closed = std::get_if<ClosedLoop>(&stage.loop); closed && closed->ramp_up.count() != 0)
    o["ramp_up_seconds"] = metrics::in_seconds(closed->ramp_up);
  o["arrival"] = open != nullptr ? json::value(text::valid_utf8(open->arrival)) : json::value(nullptr);
  o["request_rate"] = open != nullptr && open->rate ? json::value(*open->rate) : json::value(nullptr);
  const bool capped = open != nullptr && open->concurrency;
  o["when_full"] =
      capped ? json::value(open->when_full == WhenFull::queue ? "queue" : "drop") : json::value(nullptr);
}

json::object own_error(const OwnError& own) {
  return {{"dispatch_lag_ms", distribution(own.dispatch_lag_ms)},
          {"read_lag_ms", distribution(own.read_lag_ms)},
          {"loop_lag_ms", distribution(own.loop_lag_ms)},
          {"prepare_lag_ms", distribution(own.prepare_lag_ms)},
          {"turnaround_ms", distribution(own.turnaround_ms)},
          {"cpu_shares", json::array(own.cpu_shares.begin(), own.cpu_shares.end())},
          {"wait_shares", json::array(own.wait_shares.begin(), own.wait_shares.end())},
          {"busy_shares", json::array(own.busy_shares.begin(), own.busy_shares.end())}};
}

json::value rate_limits(const std::vector<RateLimitPoint>& points) {
  if (points.empty()) return nullptr;
  json::array list;
  for (const RateLimitPoint& point : points) {
    list.push_back({{"at_seconds", point.at_seconds},
                    {"remaining_requests", or_null(point.remaining_requests)},
                    {"remaining_tokens", or_null(point.remaining_tokens)},
                    {"utilization", or_null(point.utilization)}});
  }
  return list;
}

json::value level(const std::optional<ServerLevel>& of) {
  if (!of) return nullptr;
  return {{"mean", of->mean}, {"max", of->max}};
}

json::object server(const ServerMetrics& said) {
  return {{"scrapes", said.scrapes},
          {"scrapes_failed", said.failed},
          {"running", level(said.running)},
          {"queued", level(said.queued)},
          {"kv_cache_share", level(said.kv_cache_share)},
          {"prefix_queries", or_null(said.prefix_queries)},
          {"prefix_hits", or_null(said.prefix_hits)},
          {"prefix_hit_share", or_null(said.prefix_hit_share)},
          {"preemptions", or_null(said.preemptions)}};
}

json::object counts_by_name(const std::map<std::string, std::uint64_t>& by_name) {
  json::object o;
  for (const auto& [name, count] : by_name) o[text::valid_utf8(name)] = count;
  return o;
}

json::string_view json_text(std::string_view key) { return {key.data(), key.size()}; }

json::value number_or_null(const std::optional<Distribution>& d) { return distribution(d); }
json::value number_or_null(const auto& number) { return or_null(number); }

json::value value_of(const MetricValues& values, std::string_view key) {
  const auto found = values.find(key);
  if (found == values.end()) return nullptr;
  return std::visit([](const auto& value) { return number_or_null(value); }, found->second);
}

json::object outcomes(const std::array<std::uint64_t, outcome_count>& by_outcome) {
  json::object o;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    if (by_outcome[i] > 0) o[json_text(to_string(static_cast<Outcome>(i)))] = by_outcome[i];
  }
  return o;
}

/// Each with its metrics that have a value.
json::array groups(const std::vector<Group>& all) {
  json::array list;
  for (const Group& group : all) {
    json::object o = {{"group", group.group},
                      {"key", group.key},
                      {"requests", group.begun},
                      {"ok", group.ok},
                      {"failed", group.begun - group.ok},
                      {"outcomes", outcomes(group.by_outcome)}};
    for (const metrics::Metric* metric : metrics::catalogue()) {
      if (group.values.contains(metric->key)) o[json_text(metric->key)] = value_of(group.values, metric->key);
    }
    list.push_back(std::move(o));
  }
  return list;
}

}  // namespace

json::object stage_summary(const Summary& s) {
  json::object o;
  add_plan(o, s.stage);
  o["schedule_hash"] = text_or_null(s.schedule_hash);
  o["planned"] = s.planned;
  o["dropped"] = s.dropped;
  o["not_started"] = s.not_started;
  o["requests"] = s.begun;
  o["ok"] = s.ok;
  o["failed"] = s.failed;
  o["outcomes"] = outcomes(s.by_outcome);
  o["finish_reasons"] = counts_by_name(s.finish_reasons);
  o["outside_window"] = s.outside_window;
  o["outside_failed"] = s.outside_failed;
  o["requests_by_shard"] = json::array(s.by_shard.begin(), s.by_shard.end());
  o["started_at"] = in_ns(s.started_at);
  o["started_at_utc"] = text_or_null(s.started_at_utc);
  o["wall_seconds"] = or_null(s.wall_seconds);
  o["tail_seconds"] = or_null(s.tail_seconds);
  for (const metrics::Metric* metric : metrics::catalogue()) {
    if (metric->key != among_attempts) o[json_text(metric->key)] = value_of(s.values, metric->key);
  }
  o["p99_supported"] = s.p99_supported;
  o["p999_supported"] = s.p999_supported;
  o["requests_per_second"] = or_null(s.requests_per_second);
  o["output_tokens_per_second"] = or_null(s.output_tokens_per_second);
  o["input_tokens_per_second"] = or_null(s.input_tokens_per_second);
  o["mean_output_tokens_per_second_per_request"] = or_null(s.mean_output_tokens_per_second_per_request);
  o["below_threshold"] = or_null(s.below_threshold);
  o["goodput"] = or_null(s.goodput);
  o["good_share"] = or_null(s.good_share);
  o["output_tokens"] = or_null(s.output_tokens);
  o["reasoning_tokens"] = or_null(s.reasoning_tokens);
  o["tool_tokens"] = or_null(s.tool_tokens);
  o["usage_output_tokens"] = or_null(s.usage_output_tokens);
  o["usage_reasoning_tokens"] = or_null(s.usage_reasoning_tokens);
  o["usage_cached_tokens"] = or_null(s.usage_cached_tokens);
  o["shared_tokens"] = or_null(s.shared_tokens);
  o["usage_ratio"] = or_null(s.usage_ratio);
  o["token_doubt"] = s.token_doubt.empty() ? json::value(nullptr) : json::value(s.token_doubt);
  o["short_outputs"] = or_null(s.short_outputs);
  o["template_tokens"] = s.template_tokens ? json::value{{"mean", s.template_tokens->mean},
                                                         {"min", s.template_tokens->least},
                                                         {"max", s.template_tokens->most}}
                                           : json::value(nullptr);
  o["text_dropped"] = s.text_dropped;
  o["stale_answers"] = s.stale_answers;
  o["attempts"] = s.attempts;
  o["retried"] = s.retried;
  o[among_attempts] = value_of(s.values, among_attempts);
  o["rate_limits"] = rate_limits(s.rate_limits);
  o["cost"] = or_null(s.cost);
  o["budget_spent"] = s.budget_spent;
  o["too_many_errors"] = s.too_many_errors;
  o["reconnects"] = s.reconnects;
  o["cold_requests"] = s.cold_requests;
  o["time_source"] = s.time_source ? text_or_null(std::string(to_string(*s.time_source))) : nullptr;
  o["read_timed_share"] = s.read_timed_share;
  o["interrupted"] = s.interrupted;
  o["own_error"] = own_error(s.own_error);
  o["valid"] = s.valid;
  o["invalid"] = invalid(s.invalid_reasons);
  o["notes"] = strings(s.notes);
  if (s.failed > 0) {
    o["commonest_failure"] = {{"outcome", json_text(to_string(s.commonest_outcome))},
                              {"count", s.commonest_count},
                              {"reason", text::valid_utf8(s.commonest_reason)}};
  }
  if (s.conversations) {
    o["conversations"] = {
        {"begun", s.conversations->begun},
        {"done", s.conversations->done},
        {"broken_off", s.conversations->broken_off},
        {"turns", s.conversations->turns},
        {"planned_requests_per_second", or_null(s.conversations->planned_requests_per_second)}};
  }
  if (s.server) o["server"] = server(*s.server);
  if (!s.groups.empty()) o["groups"] = groups(s.groups);
  return o;
}

json::object run_summary(const RunHeader& header, const RunResult& result, bool complete) {
  json::object root;
  root["llmload"] = version();
  root["label"] = text_or_null(header.label);
  root["run_id"] = text_or_null(header.run_id);
  root["host"] = text_or_null(header.host);
  root["simulated"] = header.settings.simulated;
  root["complete"] = complete;
  root["interrupted"] = result.interrupted;
  root["valid"] = result.valid;
  root["invalid"] = invalid(result.invalid_reasons);
  root["limits_not_met"] = invalid(result.limits_not_met);
  root["errors"] = lost(result.errors);
  root["ended_early"] = result.ended_early;
  root["connection"] = header.settings.own_connections ? "per-request" : "keep-alive";
  root["model"] = text_or_null(header.model);
  root["stream"] = header.settings.stream;
  root["tokens_from"] = header.tokenizer_description;
  root["prompts_from"] = text::valid_utf8(header.prompts_description);
  root["cache"] = header.settings.cache == CachePolicy::unique ? "unique" : "shared";
  root["salt"] = text_or_null(header.salt);
  root["cost"] = or_null(cost_of(result));
  root["currency"] =
      header.settings.price ? text_or_null(header.settings.price->currency) : json::value(nullptr);
  root["parameters"] = json::parse(header.parameters_json);
  root["warnings"] = strings(header.warnings);
  json::array stages;
  for (const Summary& s : result.stages) stages.push_back(stage_summary(s));
  root["stages"] = std::move(stages);
  return root;
}

std::string summary_text(const RunHeader& header, const RunResult& result, bool complete) {
  return json::serialize(run_summary(header, result, complete)) + '\n';
}

}  // namespace llmload::report
