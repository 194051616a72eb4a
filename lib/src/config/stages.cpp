#include <chrono>
#include <cmath>

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
  stage.requests = d.requests_per_level.value_or(0);
  stage.duration = d.duration;
  stage.warmup_requests = d.warmup_requests;
  stage.warmup = d.warmup;
  stage.cooldown = d.cooldown;
  return stage;
}

Stage open_stage_of(const Draft& d) {
  Stage stage = stage_of(d);
  stage.concurrency = d.open.most_under_way.value_or(0);
  stage.when_full = d.open.when_full.value_or(WhenFull::queue);
  stage.connections = d.open.connections.value_or(0);
  return stage;
}

/// A random schedule is a list, and how long it must be only the schedule itself tells: it is made longer
/// until the stage ends before it does. A longer one of the same seed begins with the same times.
void set_random_pacer(Stage& stage, double burstiness, std::uint64_t seed, const std::string& where) {
  const double lasts = in_seconds(stage.warmup + stage.duration + stage.cooldown);
  double expected = stage.rate * lasts + static_cast<double>(stage.requests + stage.warmup_requests);
  for (;; expected *= 2) {
    if (expected > static_cast<double>(workload::most_requests)) {
      reject(where,
             "REQUEST_RATE: a stage of more than " + std::to_string(workload::most_requests) + " requests");
    }
    const auto requests = static_cast<std::uint64_t>(expected + 10 * std::sqrt(expected) + 10);
    stage.pacer = make_gamma_pacer(stage.rate, burstiness, seed, {.requests = requests});
    if (workload::lay_out(stage).end < requests) return;
  }
}

/// `number`: of the rates, 0, 1, 2 ...; each random schedule has a seed of its own.
Stage rate_stage(const Draft& d, std::size_t number, const std::string& where) {
  const OpenLoop::Rate& rate = d.open.rates[number];
  Stage stage = open_stage_of(d);
  if (rate.from != rate.to) {
    if (stage.duration.count() == 0)
      reject(where, "REQUEST_RATE: a ramp needs DURATION_SECONDS: how long it takes");
    stage.arrival = "ramp " + text::shortest(rate.from) + " to " + text::shortest(rate.to) + " requests/s";
    stage.pacer = make_ramp_pacer(rate.from, rate.to, stage.warmup + stage.duration + stage.cooldown);
    return stage;
  }
  if (stage.requests == 0 && stage.duration.count() == 0)
    reject(where, "REQUEST_RATE needs DURATION_SECONDS or REQUESTS_PER_LEVEL: where its stages end");
  stage.rate = rate.from;
  stage.arrival = d.open.arrival.value_or(d.open.burstiness ? "gamma" : "poisson");
  if (stage.arrival == "constant") {
    stage.pacer = make_constant_pacer(stage.rate);
    return stage;
  }
  const double burstiness = d.open.burstiness.value_or(1);
  set_random_pacer(stage, burstiness, d.seed + number, where);
  if (stage.arrival == "gamma") stage.arrival += " " + text::shortest(burstiness);
  return stage;
}

void check_open_loop(const Draft& d, const std::string& where) {
  const OpenLoop& o = d.open;
  if (o.burstiness && o.arrival && *o.arrival != "gamma")
    reject(where, "BURSTINESS is for ARRIVAL \"gamma\", not for \"" + *o.arrival + "\"");
  if (o.when_full && !o.most_under_way) reject(where, "WHEN_FULL needs MAX_CONCURRENCY: when it is full");
  if (!o.rates.empty()) return;
  if (o.arrival || o.burstiness) reject(where, "ARRIVAL and BURSTINESS need REQUEST_RATE");
  if (o.due_files.empty() && (o.most_under_way || o.connections))
    reject(where, "MAX_CONCURRENCY and CONNECTIONS are for an open loop: REQUEST_RATE or DUE_TIMES");
}

}  // namespace

void make_stages(Draft& d, const std::string& where) {
  check_open_loop(d, where);
  for (const unsigned level : d.levels) {
    Stage stage = stage_of(d);
    stage.concurrency = level;
    const std::uint64_t wave = d.duration.count() != 0 ? 0 : level;
    stage.requests = d.requests_per_level.value_or(wave);
    d.plan.stages.push_back(std::move(stage));
  }
  for (std::size_t i = 0; i < d.open.rates.size(); ++i) d.plan.stages.push_back(rate_stage(d, i, where));
  for (const auto& file : d.open.due_files) {
    Stage stage = open_stage_of(d);
    stage.pacer = file.pacer;
    stage.arrival = file.name;
    d.plan.stages.push_back(std::move(stage));
  }
}

}  // namespace llmload::config
