#include "report/run_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <stdexcept>

#include "report/json_members.hpp"

namespace llmload::report {
namespace {

namespace json = boost::json;

constexpr unsigned most_cores = 65'536;  // a broken number must not become memory

/// Stands for a tokenizer that is not at hand: tokens of records are counted already.
class ElsewhereTokenizer : public Tokenizer {
 public:
  [[nodiscard]] std::size_t count(std::string_view /*text*/) const override {
    throw std::logic_error("a records file has no tokenizer");
  }
};

json::value limit(const std::optional<double>& value) { return value ? json::value(*value) : nullptr; }

json::value goodput_json(const std::optional<Goodput>& g) {
  if (!g) return nullptr;
  return {{"ttft_ms", limit(g->ttft_ms)}, {"tpot_ms", limit(g->tpot_ms)}, {"e2e_ms", limit(g->e2e_ms)}};
}

template <class Enum>
Enum one_of(const json::object& object, std::string_view name, std::string_view first, Enum if_first,
            std::string_view second, Enum if_second) {
  const auto text = get<std::string>(object, name);
  if (text == first) return if_first;
  if (text == second) return if_second;
  throw InputError('/' + std::string(name) + ": \"" + text + "\" is not known to this version");
}

std::vector<Stage> read_stages(const json::object& plan) {
  std::vector<Stage> stages;
  for (const auto& stage : get<std::vector<json::object>>(plan, "stages")) {
    stages.push_back({get<unsigned>(stage, "concurrency"), get<std::uint64_t>(stage, "requests"),
                      std::chrono::nanoseconds(get<std::int64_t>(stage, "duration_ns"))});
  }
  return stages;
}

}  // namespace

json::object header_line(const Plan& plan) {
  json::array stages;
  for (const Stage& s : plan.stages) {
    stages.push_back(
        {{"concurrency", s.concurrency}, {"requests", s.requests}, {"duration_ns", s.duration.count()}});
  }
  json::object p;
  p["api"] = plan.endpoints.empty() || plan.endpoints.front().api == Api::chat ? "chat" : "completions";
  p["stream"] = plan.stream;
  p["connection"] = plan.connection == Connection::keep_alive ? "keep-alive" : "per-request";
  p["max_tokens"] = plan.max_tokens;
  p["threshold_tps"] = plan.threshold_tps;
  p["goodput"] = goodput_json(plan.goodput);
  p["count_bos"] = plan.count_bos;
  p["record_text"] = plan.record_text;
  p["cores"] = shard_count(plan);
  p["stages"] = std::move(stages);
  p["tokenizer"] = plan.tokenizer != nullptr;
  p["tokens_from"] = text::valid_utf8(plan.tokenizer_description);
  p["tokenizer_sha256"] = plan.tokenizer_sha256;
  p["parameters"] = json::parse(plan.parameters_json);
  p["warnings"] = strings(plan.warnings);
  return {{"type", "header"}, {"llmload", LLMLOAD_VERSION}, {"plan", std::move(p)}};
}

Plan read_header(const json::object& line) {
  const auto p = get<json::object>(line, "plan");
  Plan plan;
  plan.endpoints.emplace_back().api = one_of(p, "api", "chat", Api::chat, "completions", Api::completions);
  plan.stream = get<bool>(p, "stream");
  plan.connection =
      one_of(p, "connection", "keep-alive", Connection::keep_alive, "per-request", Connection::per_request);
  plan.max_tokens = get<unsigned>(p, "max_tokens");
  plan.threshold_tps = get<double>(p, "threshold_tps");
  if (const auto g = find<json::object>(p, "goodput")) {
    plan.goodput =
        Goodput{find<double>(*g, "ttft_ms"), find<double>(*g, "tpot_ms"), find<double>(*g, "e2e_ms")};
  }
  plan.count_bos = get<bool>(p, "count_bos");
  plan.record_text = get<bool>(p, "record_text");
  plan.cores = get<unsigned>(p, "cores");
  if (plan.cores == 0 || plan.cores > most_cores) throw InputError("/plan/cores: is out of its range");
  plan.stages = read_stages(p);
  if (get<bool>(p, "tokenizer")) plan.tokenizer = std::make_shared<ElsewhereTokenizer>();
  plan.tokenizer_description = get<std::string>(p, "tokens_from");
  plan.tokenizer_sha256 = get<std::string>(p, "tokenizer_sha256");
  plan.parameters_json = json::serialize(get<json::value>(p, "parameters"));
  plan.warnings = get<std::vector<std::string>>(p, "warnings");
  return plan;
}

json::object stage_line(std::uint64_t number, const Summary& s) {
  json::object o = {{"type", "stage"}, {"stage", number}};
  o["started_at_ns"] = s.started_at;
  o["interrupted"] = s.interrupted;
  o["begun"] = s.begun;
  o["ok"] = s.ok;
  o["failed"] = s.failed;
  o["wall_seconds"] = s.wall_seconds;
  o["notes"] = strings(s.notes);
  return o;
}

StageLine read_stage(const json::object& line) {
  return {get<std::uint64_t>(line, "stage"),
          get<std::int64_t>(line, "started_at_ns"),
          get<bool>(line, "interrupted"),
          get<std::uint64_t>(line, "begun"),
          get<std::uint64_t>(line, "ok"),
          get<std::uint64_t>(line, "failed"),
          get<std::vector<std::string>>(line, "notes")};
}

json::object end_line(const RunResult& result) {
  return {{"type", "end"},
          {"interrupted", result.interrupted},
          {"valid", result.valid},
          {"invalid_reasons", strings(result.invalid_reasons)},
          {"ended_early", text::valid_utf8(result.ended_early)},
          {"errors", strings(result.errors)}};
}

RunResult read_end(const json::object& line) {
  RunResult result;
  result.interrupted = get<bool>(line, "interrupted");
  result.valid = get<bool>(line, "valid");
  result.invalid_reasons = get<std::vector<std::string>>(line, "invalid_reasons");
  result.ended_early = get<std::string>(line, "ended_early");
  result.errors = get<std::vector<std::string>>(line, "errors");
  return result;
}

}  // namespace llmload::report
