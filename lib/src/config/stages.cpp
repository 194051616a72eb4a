#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "config/keys.hpp"
#include "llmload/error.hpp"
#include "text/number.hpp"
#include "workload/schedule.hpp"

namespace llmload::config {
namespace {

double in_seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

[[noreturn]] void reject(const std::string& where, const std::string& what) {
  throw InputError(where + ": " + what);
}

/// What all stages have in common.
Stage stage_of(const Draft& d) {
  Stage stage;
  stage.requests = d.requests_per_level;
  stage.duration = d.duration;
  stage.warmup_requests = d.warmup_requests;
  stage.warmup = d.warmup;
  stage.cooldown = d.cooldown;
  return stage;
}

/// Of an open loop whose pacer is known. `rate`: empty where it has no one rate.
Stage open_stage_of(const Draft& d, std::shared_ptr<const Pacer> pacer, std::string arrival,
                    std::optional<double> rate = {}) {
  OpenLoop loop{std::move(pacer), std::move(arrival), rate};
  loop.concurrency = d.open.most_under_way;
  loop.when_full = d.open.when_full.value_or(WhenFull::queue);
  loop.connections = d.open.connections;
  Stage stage = stage_of(d);
  stage.loop = std::move(loop);
  return stage;
}

/// From the stage's start to the end of its load.
std::chrono::nanoseconds lasts(const Draft& d) {
  return d.warmup + d.duration.value_or(std::chrono::nanoseconds{0}) + d.cooldown;
}

/// A random schedule is a list, and how long it must be only the schedule itself tells: it is made longer
/// until the stage ends before it does. A longer one of the same seed begins with the same times.
Stage random_stage(const Draft& d, double rate, std::uint64_t seed, const std::string& where) {
  const double burstiness = d.open.burstiness.value_or(1);
  std::string arrival = d.open.arrival.value_or(d.open.burstiness ? "gamma" : "poisson");
  if (arrival == "gamma") arrival += " " + text::shortest(burstiness);
  double expected =
      rate * in_seconds(lasts(d)) + static_cast<double>(d.requests_per_level.value_or(0) + d.warmup_requests);
  for (;; expected *= 2) {
    if (expected > static_cast<double>(workload::most_requests)) {
      reject(where,
             "REQUEST_RATE: a stage of more than " + std::to_string(workload::most_requests) + " requests");
    }
    const auto requests = static_cast<std::uint64_t>(expected + 10 * std::sqrt(expected) + 10);
    Stage stage =
        open_stage_of(d, make_gamma_pacer(rate, burstiness, seed, {.requests = requests}), arrival, rate);
    if (workload::lay_out(stage).end < requests) return stage;
  }
}

/// `number`: of the rates, 0, 1, 2 ...; each random schedule has a seed of its own.
Stage rate_stage(const Draft& d, std::size_t number, const std::string& where) {
  const auto [from, to] = d.open.rates[number];
  if (from != to) {
    if (!d.duration) reject(where, "REQUEST_RATE: a ramp needs DURATION_SECONDS: how long it takes");
    return open_stage_of(d, make_ramp_pacer(from, to, lasts(d)),
                         "ramp " + text::shortest(from) + " to " + text::shortest(to) + " requests/s");
  }
  if (!d.requests_per_level && !d.duration)
    reject(where, "REQUEST_RATE needs DURATION_SECONDS or REQUESTS_PER_LEVEL: where its stages end");
  if (d.open.arrival == "constant") return open_stage_of(d, make_constant_pacer(from), "constant", from);
  return random_stage(d, from, d.seed + number, where);
}

void check_open_loop(const Draft& d, const std::string& where) {
  const OpenLoopKeys& o = d.open;
  if (d.levels.empty() && d.ramp_up.count() != 0)
    reject(where,
           "RAMP_UP_SECONDS is for CONCURRENT_LEVELS; REQUEST_RATE {\"from\": 1, \"to\": 10} is an open "
           "loop's ramp");
  if (o.burstiness && o.arrival && *o.arrival != "gamma")
    reject(where, "BURSTINESS is for ARRIVAL \"gamma\", not for \"" + *o.arrival + "\"");
  if (o.when_full && !o.most_under_way) reject(where, "WHEN_FULL needs MAX_CONCURRENCY: when it is full");
  if (!o.rates.empty()) return;
  if (o.arrival || o.burstiness) reject(where, "ARRIVAL and BURSTINESS need REQUEST_RATE");
  if (o.due_files.empty() && d.trace_path.empty() && (o.most_under_way || o.connections))
    reject(where, "MAX_CONCURRENCY and CONNECTIONS are for an open loop: REQUEST_RATE, DUE_TIMES or TRACE");
}

/// A rate without an end is a closed loop: as many requests as may be, or as there are, are under way.
void add_level_of_endless_rate(Draft& d, const std::string& where) {
  if (!d.open.at_once) return;
  const auto most =
      d.open.most_under_way ? std::optional<std::uint64_t>(*d.open.most_under_way) : d.requests_per_level;
  if (!most || !validation::limits::sessions.has(*most))
    reject(where,
           "REQUEST_RATE \"inf\" needs MAX_CONCURRENCY, or REQUESTS_PER_LEVEL: how many requests are under "
           "way, " +
               to_words(validation::limits::sessions));
  d.levels.push_back(static_cast<unsigned>(*most));
  if (d.open.rates.empty() && d.open.due_files.empty() && d.trace_path.empty()) d.open.most_under_way.reset();
}

/// Stages that nothing else ends, end with the source, if that does.
void end_with_source(Draft& d) {
  const auto most = d.plan.source->ends_after();
  if (!most || d.requests_per_level || d.duration) return;
  if (*most > d.warmup_requests) d.requests_per_level = *most - d.warmup_requests;  // else validate() says so
}

}  // namespace

void make_stages(Draft& d, const std::string& where) {
  add_level_of_endless_rate(d, where);
  check_open_loop(d, where);
  end_with_source(d);
  for (const unsigned level : d.levels) {
    Stage stage = stage_of(d);
    stage.loop = ClosedLoop{level, d.ramp_up};
    if (!stage.requests && !stage.duration) stage.requests = level;
    d.plan.stages.push_back(std::move(stage));
  }
  for (std::size_t i = 0; i < d.open.rates.size(); ++i) d.plan.stages.push_back(rate_stage(d, i, where));
  for (const auto& file : d.open.due_files) d.plan.stages.push_back(open_stage_of(d, file.pacer, file.name));
  if (d.trace_pacer)
    d.plan.stages.push_back(
        open_stage_of(d, d.trace_pacer, std::filesystem::path(d.trace_path).filename().string()));
}

}  // namespace llmload::config
