#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "report/json_members.hpp"
#include "report/output_file.hpp"
#include "text/utf8.hpp"

namespace llmload {
namespace {

namespace json = boost::json;
using report::invalid;
using report::or_null;
using report::strings;

json::value metric(const std::optional<Distribution>& d) {
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

double seconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

/// What was asked for.
void add_plan(json::object& o, const Stage& stage) {
  const bool open = stage.pacer != nullptr;
  o["stage"] = describe(stage);
  o["loop"] = open ? "open" : "closed";
  o["concurrency"] = open && stage.concurrency == 0 ? json::value(nullptr) : json::value(stage.concurrency);
  o["requests_per_level"] = stage.requests;
  o["duration_seconds"] = seconds(stage.duration);
  o["warmup_requests"] = stage.warmup_requests;
  o["warmup_seconds"] = seconds(stage.warmup);
  o["cooldown_seconds"] = seconds(stage.cooldown);
  o["arrival"] = open ? json::value(text::valid_utf8(stage.arrival)) : json::value(nullptr);
  o["request_rate"] = open && stage.rate > 0 ? json::value(stage.rate) : json::value(nullptr);
  const bool capped = open && stage.concurrency != 0;
  o["when_full"] =
      capped ? json::value(stage.when_full == WhenFull::queue ? "queue" : "drop") : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text::valid_utf8(text));
}

json::object own_error(const OwnError& own) {
  return {{"dispatch_lag_ms", metric(own.dispatch_lag_ms)},
          {"read_lag_ms", metric(own.read_lag_ms)},
          {"loop_lag_ms", metric(own.loop_lag_ms)},
          {"prepare_lag_ms", metric(own.prepare_lag_ms)},
          {"turnaround_ms", metric(own.turnaround_ms)},
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

json::object counts(const std::map<std::string, std::uint64_t>& by_name) {
  json::object o;
  for (const auto& [name, count] : by_name) o[text::valid_utf8(name)] = count;
  return o;
}

json::object stage(const Summary& s) {
  json::object outcomes;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto name = to_string(static_cast<Outcome>(i));
    if (s.by_outcome[i] > 0) outcomes[json::string_view(name.data(), name.size())] = s.by_outcome[i];
  }
  json::object o;
  add_plan(o, s.stage);
  o["schedule_hash"] = text_or_null(s.schedule_hash);
  o["planned"] = s.planned;
  o["dropped"] = s.dropped;
  o["not_started"] = s.not_started;
  o["requests"] = s.begun;
  o["ok"] = s.ok;
  o["failed"] = s.failed;
  o["outcomes"] = std::move(outcomes);
  o["finish_reasons"] = counts(s.finish_reasons);
  o["outside_window"] = s.outside_window;
  o["outside_failed"] = s.outside_failed;
  o["requests_by_shard"] = json::array(s.by_shard.begin(), s.by_shard.end());
  o["started_at"] = s.started_at;
  o["started_at_utc"] = text_or_null(s.started_at_utc);
  o["wall_seconds"] = or_null(s.wall_seconds);
  o["tail_seconds"] = or_null(s.tail_seconds);
  o["e2e_ms"] = metric(s.e2e_ms);
  o["service_e2e_ms"] = metric(s.service_e2e_ms);
  o["queue_wait_ms"] = metric(s.queue_wait_ms);
  o["resolve_ms"] = metric(s.resolve_ms);
  o["connect_ms"] = metric(s.connect_ms);
  o["tls_ms"] = metric(s.tls_ms);
  o["ttft_ms"] = metric(s.ttft_ms);
  o["service_ttft_ms"] = metric(s.service_ttft_ms);
  o["ttfo_ms"] = metric(s.ttfo_ms);
  o["tpot_ms"] = metric(s.tpot_ms);
  o["itl_ms"] = metric(s.itl_ms);
  o["event_gap_ms"] = metric(s.event_gap_ms);
  o["tokens_per_event"] = metric(s.tokens_per_event);
  o["merged_share"] = or_null(s.merged_share);
  o["first_token_merged_share"] = or_null(s.first_token_merged_share);
  o["together_share"] = or_null(s.together_share);
  o["request_output_rate"] = metric(s.request_output_rate);
  o["request_prompt_rate"] = metric(s.request_prompt_rate);
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
  o["usage_ratio"] = or_null(s.usage_ratio);
  o["token_doubt"] = s.token_doubt.empty() ? json::value(nullptr) : json::value(s.token_doubt);
  o["short_outputs"] = or_null(s.short_outputs);
  o["template_tokens"] = s.template_tokens ? json::value{{"mean", s.template_tokens->mean},
                                                         {"min", s.template_tokens->least},
                                                         {"max", s.template_tokens->most}}
                                           : json::value(nullptr);
  o["stale_answers"] = s.stale_answers;
  o["attempts"] = s.attempts;
  o["retried"] = s.retried;
  o["retry_wait_ms"] = metric(s.retry_wait_ms);
  o["rate_limits"] = rate_limits(s.rate_limits);
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
    const auto outcome = to_string(s.commonest_outcome);
    o["commonest_failure"] = {{"outcome", json::string_view(outcome.data(), outcome.size())},
                              {"count", s.commonest_count},
                              {"reason", text::valid_utf8(s.commonest_reason)}};
  }
  return o;
}

}  // namespace

JsonSink::JsonSink(std::string path) : path_(std::move(path)) {
  const std::string part = path_ + ".part";
  if (!std::ofstream(part, std::ios::binary))
    throw InputError(path_ + ": can't be written: " + std::strerror(errno));
  std::remove(part.c_str());
}

void JsonSink::on_start(const RunHeader& header) {
  header_ = header;
  result_ = {};
  write(false);
}

void JsonSink::on_stage(const Summary& summary) {
  result_.stages.push_back(summary);
  write(false);
}

void JsonSink::on_end(const RunResult& result) {
  result_ = result;
  write(result.complete);
}

void JsonSink::write(bool complete) {
  written_ = false;
  json::object root;
  root["llmload"] = LLMLOAD_VERSION;
  root["run_id"] = text_or_null(header_.run_id);
  root["host"] = text_or_null(header_.host);
  root["simulated"] = header_.settings.simulated;
  root["complete"] = complete;
  root["interrupted"] = result_.interrupted;
  root["valid"] = result_.valid;
  root["invalid"] = invalid(result_.invalid_reasons);
  root["errors"] = report::lost(result_.errors);
  root["ended_early"] = result_.ended_early;
  root["connection"] = header_.settings.own_connections ? "per-request" : "keep-alive";
  root["stream"] = header_.settings.stream;
  root["tokens_from"] = header_.tokenizer_description;
  root["prompts_from"] = text::valid_utf8(header_.prompts_description);
  root["cache"] = header_.settings.cache == CachePolicy::unique ? "unique" : "shared";
  root["salt"] = text_or_null(header_.salt);
  root["parameters"] = json::parse(header_.parameters_json);
  root["warnings"] = strings(header_.warnings);
  json::array stages;
  for (const Summary& s : result_.stages) stages.push_back(stage(s));
  root["stages"] = std::move(stages);

  const std::string part = path_ + ".part";
  try {
    std::ofstream file;
    report::open_output(file, part, path_);
    report::write_output(file, path_, json::serialize(root) + '\n',
                         "what changed since the last one is lost");
    report::close_output(file, path_);
    if (std::rename(part.c_str(), path_.c_str()) != 0)
      throw std::runtime_error(path_ + ": write failed: " + std::strerror(errno));
  } catch (...) {
    std::remove(part.c_str());
    throw;
  }
  written_ = true;
}

}  // namespace llmload
