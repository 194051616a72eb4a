#include "report/records/run_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <chrono>
#include <cmath>
#include <utility>

#include "llmload/version.hpp"
#include "report/json_members.hpp"
#include "report/records/server_json.hpp"

namespace llmload::report {
namespace {

namespace json = boost::json;

constexpr unsigned most_cores = 65'536;  // a broken number must not become memory

json::value goodput_json(const std::optional<Goodput>& g) {
  if (!g) return nullptr;
  return {{"ttft_ms", or_null(g->ttft_ms)}, {"tpot_ms", or_null(g->tpot_ms)}, {"e2e_ms", or_null(g->e2e_ms)}};
}

template <class Value>
Value one_of(const json::object& object, std::string_view name, std::string_view first, Value if_first,
             std::string_view second, Value if_second) {
  const auto text = get<std::string>(object, name);
  if (text == first) return if_first;
  if (text == second) return if_second;
  throw InputError('/' + std::string(name) + ": \"" + text + "\" is not known to this version");
}

/// Stands for a pacer that is not at hand: the records have their due times.
class ElsewherePacer : public Pacer {
 public:
  [[nodiscard]] std::optional<std::chrono::nanoseconds> due(std::uint64_t /*index*/) const override {
    return std::nullopt;
  }
};

// The file says 0 where there is no such limit.
json::object stage_json(const Stage& s) {
  json::object o = {{"concurrency", s.concurrency().value_or(0)},
                    {"requests", s.requests.value_or(0)},
                    {"duration_ns", s.duration.value_or(std::chrono::nanoseconds{0}).count()}};
  o["warmup_requests"] = s.warmup_requests;
  o["warmup_ns"] = s.warmup.count();
  o["cooldown_ns"] = s.cooldown.count();
  if (const auto* const closed = std::get_if<ClosedLoop>(&s.loop); closed && closed->ramp_up.count() != 0)
    o["ramp_up_ns"] = closed->ramp_up.count();
  if (const OpenLoop* const open = s.open_loop()) {
    o["arrival"] = text::valid_utf8(open->arrival);
    o["rate"] = open->rate.value_or(0);
    o["when_full"] = open->when_full == WhenFull::queue ? "queue" : "drop";
    o["connections"] = open->connections.value_or(0);
  }
  if (!s.endpoints.empty()) o["endpoints"] = json::value_from(s.endpoints);
  if (!s.salt.empty()) o["salt"] = text::valid_utf8(s.salt);
  if (s.seed) o["seed"] = *s.seed;
  if (s.own_error) {
    o["own_error_p99"] = {{"e2e_ms", or_null(s.own_error->e2e_ms)},
                          {"ttft_ms", or_null(s.own_error->ttft_ms)},
                          {"tpot_ms", or_null(s.own_error->tpot_ms)},
                          {"event_gap_ms", or_null(s.own_error->event_gap_ms)},
                          {"service_e2e_ms", or_null(s.own_error->service_e2e_ms)},
                          {"service_ttft_ms", or_null(s.own_error->service_ttft_ms)}};
  }
  return o;
}

template <class Number>
std::optional<Number> limit(Number number) {
  return number != Number{0} ? std::optional(number) : std::nullopt;
}

Stage read_stage_plan(const json::object& o) {
  const auto ns = [&o](const char* name) { return std::chrono::nanoseconds(get_ns(o, name)); };
  Stage s;
  const auto concurrency = get<unsigned>(o, "concurrency");
  s.loop = ClosedLoop{concurrency, find_ns(o, "ramp_up_ns").value_or(std::chrono::nanoseconds{0})};
  s.requests = limit(get<std::uint64_t>(o, "requests"));
  s.duration = limit(ns("duration_ns"));
  s.warmup_requests = get<std::uint64_t>(o, "warmup_requests");
  s.warmup = ns("warmup_ns");
  s.cooldown = ns("cooldown_ns");
  if (const auto arrival = find<std::string>(o, "arrival")) {
    OpenLoop open{std::make_shared<ElsewherePacer>(), *arrival};
    open.rate = limit(get<double>(o, "rate"));
    open.concurrency = limit(concurrency);
    open.when_full = one_of(o, "when_full", "queue", WhenFull::queue, "drop", WhenFull::drop);
    open.connections = limit(get<unsigned>(o, "connections"));
    s.loop = std::move(open);
  }
  s.endpoints = find<std::vector<std::size_t>>(o, "endpoints").value_or(s.endpoints);
  s.salt = find<std::string>(o, "salt").value_or("");
  s.seed = find<std::uint64_t>(o, "seed");
  if (const auto own = find<json::object>(o, "own_error_p99")) {
    s.own_error = OwnErrorP99{find<double>(*own, "e2e_ms"),         find<double>(*own, "ttft_ms"),
                              find<double>(*own, "tpot_ms"),        find<double>(*own, "event_gap_ms"),
                              find<double>(*own, "service_e2e_ms"), find<double>(*own, "service_ttft_ms")};
  }
  return s;
}

using Lag = std::optional<Distribution>;

/// Whole numbers, which come back as they were; doubles of 17 digits may not.
json::value lag_json(const Lag& lag) {
  if (!lag) return nullptr;
  json::array numbers = {lag->count};
  for (const auto number : metrics::distribution_numbers)
    numbers.push_back(static_cast<std::int64_t>((*lag).*number));
  return numbers;
}

Lag read_lag(const json::object& o, std::string_view name) {
  const auto numbers = find<std::vector<std::int64_t>>(o, name);
  if (!numbers) return std::nullopt;
  const auto& of = metrics::distribution_numbers;
  if (numbers->size() != 1 + of.size()) throw InputError('/' + std::string(name) + ": must be ten numbers");
  Distribution lag;
  lag.count = static_cast<std::size_t>(numbers->front());
  for (std::size_t i = 0; i < of.size(); ++i) lag.*of[i] = static_cast<double>((*numbers)[i + 1]);
  return lag;
}

}  // namespace

json::object header_line(const RunHeader& header) {
  const metrics::SummarySettings& settings = header.settings;
  json::array stages;
  for (const Stage& s : header.stages) stages.push_back(stage_json(s));
  json::object p;
  p["api"] = text::valid_utf8(header.dialect);
  if (!header.model.empty()) p["model"] = text::valid_utf8(header.model);
  p["stream"] = settings.stream;
  p["quota"] = settings.quota;
  p["connection"] = settings.own_connections ? "per-request" : "keep-alive";
  p["threshold_tps"] = settings.threshold_tps;
  p["goodput"] = goodput_json(settings.goodput);
  p["count_bos"] = settings.count_bos;
  p["record_text"] = header.record_text;
  p["cores"] = header.cores;
  p["stages"] = std::move(stages);
  p["tokenizer"] = settings.tokenizer;
  p["counts_by"] = settings.tokens_from == TokensFrom::usage ? "usage" : "tokenizer";
  p["tokens_from"] = text::valid_utf8(header.tokenizer_description);
  p["prompts_from"] = text::valid_utf8(header.prompts_description);
  if (settings.price) {
    p["price"] = {{"input_per_million", settings.price->input},
                  {"output_per_million", settings.price->output},
                  {"currency", text::valid_utf8(settings.price->currency)}};
  }
  if (settings.exact_output) p["exact_output"] = true;
  if (settings.conversations) p["conversations"] = true;
  if (!settings.models.empty()) p["models"] = strings(settings.models);
  p["cache"] = settings.cache == CachePolicy::unique ? "unique" : "shared";
  p["salt"] = text::valid_utf8(header.salt);
  p["tokenizer_sha256"] = header.tokenizer_sha256;
  p["parameters"] = json::parse(header.parameters_json);
  p["warnings"] = strings(header.warnings);
  return {{"type", "header"},
          {"llmload", version()},
          {"label", text::valid_utf8(header.label)},
          {"run_id", text::valid_utf8(header.run_id)},
          {"host", text::valid_utf8(header.host)},
          {"simulated", settings.simulated},
          {"plan", std::move(p)}};
}

RunHeader read_header(const json::object& line) {
  const auto p = get<json::object>(line, "plan");
  RunHeader header;
  metrics::SummarySettings& settings = header.settings;
  header.version = find<std::string>(line, "llmload").value_or("");
  header.label = find<std::string>(line, "label").value_or("");
  header.run_id = find<std::string>(line, "run_id").value_or("");
  header.host = find<std::string>(line, "host").value_or("");
  settings.simulated = find<bool>(line, "simulated").value_or(false);
  header.dialect = get<std::string>(p, "api");
  header.model = find<std::string>(p, "model").value_or("");
  settings.stream = get<bool>(p, "stream");
  settings.own_connections = one_of(p, "connection", "keep-alive", false, "per-request", true);
  header.prompts_description = get<std::string>(p, "prompts_from");
  if (find<std::string>(p, "cache"))
    settings.cache = one_of(p, "cache", "shared", CachePolicy::shared, "unique", CachePolicy::unique);
  header.salt = find<std::string>(p, "salt").value_or("");
  settings.exact_output = find<bool>(p, "exact_output").value_or(false);
  settings.conversations = find<bool>(p, "conversations").value_or(false);
  settings.models = find<std::vector<std::string>>(p, "models").value_or(settings.models);
  settings.quota = get<bool>(p, "quota");
  settings.threshold_tps = get<double>(p, "threshold_tps");
  if (const auto g = find<json::object>(p, "goodput")) {
    settings.goodput =
        Goodput{find<double>(*g, "ttft_ms"), find<double>(*g, "tpot_ms"), find<double>(*g, "e2e_ms")};
  }
  if (const auto price = find<json::object>(p, "price")) {
    settings.price = Price{get<double>(*price, "input_per_million"),
                           get<double>(*price, "output_per_million"), get<std::string>(*price, "currency")};
  }
  settings.count_bos = get<bool>(p, "count_bos");
  header.record_text = get<bool>(p, "record_text");
  header.cores = get<unsigned>(p, "cores");
  if (header.cores == 0 || header.cores > most_cores) throw InputError("/plan/cores: is out of its range");
  for (const auto& stage : get<std::vector<json::object>>(p, "stages"))
    header.stages.push_back(read_stage_plan(stage));
  settings.tokenizer = get<bool>(p, "tokenizer");
  if (find<std::string>(p, "counts_by"))
    settings.tokens_from =
        one_of(p, "counts_by", "tokenizer", TokensFrom::tokenizer, "usage", TokensFrom::usage);
  header.tokenizer_description = get<std::string>(p, "tokens_from");
  header.tokenizer_sha256 = get<std::string>(p, "tokenizer_sha256");
  header.parameters_json = json::serialize(get<json::value>(p, "parameters"));
  header.warnings = get<std::vector<std::string>>(p, "warnings");
  return header;
}

json::object stage_begin_line(const StageBegin& stage) {
  json::object o = {
      {"type", "stage_begin"}, {"stage", stage.number}, {"started_at_ns", in_ns(stage.started_at)}};
  if (!stage.started_at_utc.empty()) o["started_at_utc"] = stage.started_at_utc;
  o["plan"] = stage_json(stage.stage);
  return o;
}

StageBegin read_stage_begin(const json::object& line, std::vector<Stage>& stages) {
  StageBegin begin{get<std::uint64_t>(line, "stage"),
                   std::chrono::steady_clock::time_point(get_ns(line, "started_at_ns")),
                   find<std::string>(line, "started_at_utc").value_or(""), Stage()};
  if (begin.number == stages.size() && line.contains("plan")) stages.emplace_back();
  if (begin.number >= stages.size()) throw InputError("/stage: is out of order");
  Stage& stage = stages[begin.number];
  if (const auto plan = find<json::object>(line, "plan")) stage = read_stage_plan(*plan);
  begin.stage = stage;
  return begin;
}

json::object stage_line(std::uint64_t number, const Summary& s) {
  const auto lag_in_ns = [](const Lag& ms) {
    return metrics::changed(ms, [](double value) { return std::round(value * 1e6); });
  };
  const auto in_millionths = [](const std::vector<double>& shares) {
    json::array numbers;
    for (const double share : shares) numbers.push_back(metrics::in_millionths(share));
    return numbers;
  };
  json::object o = {{"type", "stage"}, {"stage", number}};
  o["started_at_ns"] = in_ns(s.started_at);
  if (!s.started_at_utc.empty()) o["started_at_utc"] = s.started_at_utc;
  if (s.stopped_at) o["stopped_at_ns"] = s.stopped_at->count();
  o["interrupted"] = s.interrupted;
  o["too_many_errors"] = s.too_many_errors;
  if (s.budget_spent) o["budget_spent"] = true;
  o["planned"] = s.planned;
  o["dropped"] = s.dropped;
  o["begun"] = s.begun;
  o["ok"] = s.ok;
  o["failed"] = s.failed;
  o["outside_window"] = s.outside_window;
  o["schedule_hash"] = s.schedule_hash;
  o["wall_seconds"] = or_null(s.wall_seconds);
  o["read_lag_ns"] = lag_json(lag_in_ns(s.own_error.read_lag_ms));
  o["loop_lag_ns"] = lag_json(lag_in_ns(s.own_error.loop_lag_ms));
  o["prepare_lag_ns"] = lag_json(lag_in_ns(s.own_error.prepare_lag_ms));
  o["turnaround_ns"] = lag_json(lag_in_ns(s.own_error.turnaround_ms));
  o["cpu_millionths"] = in_millionths(s.own_error.cpu_shares);
  o["wait_millionths"] = in_millionths(s.own_error.wait_shares);
  o["busy_millionths"] = in_millionths(s.own_error.busy_shares);
  if (s.server) o["server"] = server_in_millionths(*s.server);
  o["notes"] = strings(s.notes);
  return o;
}

Stamp stopped_at(const json::object& line) { return find_ns(line, "stopped_at_ns"); }

StageLine read_stage(const json::object& line) {
  StageLine stage;
  stage.number = get<std::uint64_t>(line, "stage");
  stage.end.started_at = std::chrono::steady_clock::time_point(get_ns(line, "started_at_ns"));
  stage.end.started_at_utc = find<std::string>(line, "started_at_utc").value_or("");
  stage.end.interrupted = get<bool>(line, "interrupted");
  stage.end.too_many_errors = get<bool>(line, "too_many_errors");
  stage.end.budget_spent = find<bool>(line, "budget_spent").value_or(false);
  stage.end.stopped_at = stopped_at(line);
  stage.end.planned = get<std::uint64_t>(line, "planned");
  stage.end.dropped = get<std::uint64_t>(line, "dropped");
  stage.end.schedule_hash = get<std::string>(line, "schedule_hash");
  stage.end.read_lag = read_lag(line, "read_lag_ns");
  stage.end.loop_lag = read_lag(line, "loop_lag_ns");
  stage.end.prepare_lag = read_lag(line, "prepare_lag_ns");
  stage.end.turnaround = read_lag(line, "turnaround_ns");
  stage.end.cpu_shares = get<std::vector<std::uint32_t>>(line, "cpu_millionths");
  stage.end.wait_shares = get<std::vector<std::uint32_t>>(line, "wait_millionths");
  stage.end.busy_shares = get<std::vector<std::uint32_t>>(line, "busy_millionths");
  if (const auto server = find<json::object>(line, "server")) stage.end.server = read_server(*server);
  stage.begun = get<std::uint64_t>(line, "begun");
  stage.ok = get<std::uint64_t>(line, "ok");
  stage.failed = get<std::uint64_t>(line, "failed");
  stage.outside_window = get<std::uint64_t>(line, "outside_window");
  stage.notes = get<std::vector<std::string>>(line, "notes");
  return stage;
}

json::object end_line(const RunResult& result) {
  return {{"type", "end"},
          {"interrupted", result.interrupted},
          {"valid", result.valid},
          {"invalid", invalid(result.invalid_reasons)},
          {"limits_not_met", invalid(result.limits_not_met)},
          {"ended_early", text::valid_utf8(result.ended_early)},
          {"errors", lost(result.errors)}};
}

RunResult read_end(const json::object& line) {
  RunResult result;
  result.interrupted = get<bool>(line, "interrupted");
  result.ended_early = get<std::string>(line, "ended_early");
  using Objects = std::vector<json::object>;
  for (const json::object& limit : find<Objects>(line, "limits_not_met").value_or(Objects())) {
    result.limits_not_met.push_back({get<std::string>(limit, "code"), find<double>(limit, "value"),
                                     find<double>(limit, "limit"), get<std::string>(limit, "text")});
  }
  for (std::string& text : get<std::vector<std::string>>(line, "errors"))
    result.errors.push_back({"", std::move(text)});
  return result;
}

}  // namespace llmload::report
