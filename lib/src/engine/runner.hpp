#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/collector.hpp"
#include "engine/preflight.hpp"
#include "engine/run_budget.hpp"
#include "engine/run_context.hpp"
#include "engine/scrape/scraper.hpp"
#include "engine/shard.hpp"
#include "engine/stage_run.hpp"
#include "llmload/run.hpp"
#include "llmload/stage_source.hpp"
#include "metrics/stage_end.hpp"
#include "workload/schedule.hpp"

namespace llmload::engine {

/// One run, from its first look at the plan to its result.
class Runner {
 public:
  /// Throws InputError for a plan that can't be run, and where another run has the sink.
  Runner(const Plan& plan, RunOptions options);

  /// Once.
  RunResult run();
  /// Any thread.
  [[nodiscard]] Progress progress() const;

 private:
  void open();
  void close();
  void check_addresses(const Endpoint& endpoint, const net::Addresses& addresses) const;
  std::string on_first_shard(const std::function<void(Shard&, Shard::Told)>& begin);
  void wait_until_ready();
  void wait_since(std::optional<net::Time> begin);
  void ask_for_model();
  void read_server_metrics();
  void add_server_metrics(metrics::StageEnd& end);
  void probe();
  const Summary& run_stage(std::size_t number, const Stage& stage);
  [[nodiscard]] metrics::StageEnd so_far(const StageRun& run) const;
  [[nodiscard]] metrics::StageEnd end_of(const StageRun& run) const;
  [[nodiscard]] std::uint64_t planned_turns(const StageRun& run) const;
  void show(std::size_t number, const Stage& stage, std::shared_ptr<const StageRun> run);
  void ask_for_snapshot(const StageRun& run);
  void report(StageRun& run);

  const Resources resources_;  // before we took any
  Plan plan_;                  // as it is, but for a model that is asked for before anything is sent
  const RunOptions options_;
  const std::shared_ptr<const StageSource> stages_;
  mutable std::mutex mutex_;  // of what progress() reads
  Progress shown_;
  std::shared_ptr<const StageRun> shown_run_;
  bool snapshot_is_asked_for_ = false;
  net::Time next_snapshot_;
  std::optional<net::Time> waiting_since_;  // for the endpoints

  RunBudget budget_;
  std::optional<Collector> collector_;
  std::optional<RunContext> context_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::optional<Scraper> scraper_;  // where the server's metrics are read
};

/// Where a plan has none, that of its list.
std::shared_ptr<const StageSource> stage_source(const Plan& plan);
/// What a plan's source of stages begins with. Throws PlanError where it gives none.
Stage first_stage(const Plan& plan);
/// When the requests of a stage, the run's number `number`, are due. Throws InputError for a stage that can't
/// be run as a part of `plan`, and for one that needs more than is available.
workload::Schedule checked_schedule(const Plan& plan, const Stage& stage, std::size_t number,
                                    const Resources& available);
/// Throws InputError for a plan that can't be run, and for each stage that is known before it.
void check_plan(const Plan& plan, const Resources& available);

}  // namespace llmload::engine
