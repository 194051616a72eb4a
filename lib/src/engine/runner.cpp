#include "engine/runner.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <future>
#include <stop_token>
#include <utility>

#include "engine/preflight.hpp"
#include "engine/run_identity.hpp"
#include "llmload/error.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/verdict/verdict.hpp"
#include "net/arrival_clock.hpp"
#include "protocol/http/model_list.hpp"
#include "protocol/target/metrics_page.hpp"
#include "protocol/target/plaintext_key.hpp"
#include "protocol/target/shown_url.hpp"
#include "text/number.hpp"
#include "workload/spec_of.hpp"

namespace llmload::engine {
namespace {

constexpr std::chrono::milliseconds progress_interval{200};
constexpr int most_of_a_core = 100;  // a hundredth of it is for snapshots
constexpr unsigned most_resolver_threads = 16;
constexpr unsigned few_resolver_threads = 4;  // for names that did not resolve before the run

/// Counts the shards down: to the barrier before a stage, to its end behind it.
class Countdown {
 public:
  explicit Countdown(std::size_t count) : left_(count) {}
  void arrive() {
    const std::scoped_lock lock(mutex_);
    if (--left_ == 0) changed_.notify_all();
  }
  /// True when all have arrived.
  bool wait_for(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return left_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t left_;
};

/// With a name, a place and a salt, where it has none of its own. What a source of stages begins with is
/// shown to those that look at the plan's list before the run.
Plan named(Plan plan) {
  if (plan.stage_source) plan.stages = {first_stage(plan)};
  if (plan.run_id.empty()) plan.run_id = random_id();
  if (plan.host.empty()) plan.host = host_name();
  if (plan.salt.empty()) plan.salt = random_id();
  return plan;
}

StageBegin begin_now(std::size_t number, const Stage& stage) {
  const net::ClockReading now = net::read_clocks();
  // Between the outer two readings, where that of the wall clock is.
  return {number, now.middle(), utc_time(now.wall), stage};
}

Unit unit_of(const Plan& plan) { return plan.source->most_turns() > 1 ? Unit::conversation : Unit::request; }

const Plan& checked(const Plan& plan, const Resources& available) {
  check_plan(plan, available);
  return plan;
}

}  // namespace

Runner::Runner(const Plan& plan, RunOptions options)
    : resources_(resources_of_this_machine()),
      plan_(named(checked(plan, resources_))),
      options_(std::move(options)),
      stages_(stage_source(plan_)),
      budget_(plan_) {
  collector_.emplace(plan_, options_.sink, waiting_bytes(plan_, resources_), &budget_);
  if (!plan_.stage_source) shown_.stages = plan_.stages.size();
}

RunResult Runner::run() {
  // A handle may live long behind its run: no thread of it does, nor its hold on the sink.
  struct Closing {
    Runner& runner;
    ~Closing() { runner.close(); }
  } const closing{*this};
  const std::stop_callback hurry(options_.stop, [this] { collector_->hurry(); });
  open();
  if (plan_.ready_timeout) wait_until_ready();
  if (plan_.ask_for_model && plan_.model.empty() && plan_.models.empty()) ask_for_model();
  read_server_metrics();
  collector_->begin_run();
  if (context_->writer.has_questions() && !options_.stop.stop_requested()) probe();
  RunResult& result = collector_->result();
  for (std::size_t number = 0; !options_.stop.stop_requested() && result.ended_early.empty(); ++number) {
    const std::optional<Stage> stage = stages_->next(result.stages);
    if (!stage || !budget_.has_room()) break;
    metrics::conclude(run_stage(number, *stage), result);
  }
  if (std::optional<InvalidReason> spent = budget_.reached()) {
    result.ended_early = spent->text;
    result.limits_not_met.push_back(std::move(*spent));
  }
  result.interrupted = options_.stop.stop_requested();
  metrics::judge_limits(plan_.fail_if, result);
  return collector_->end_run();
}

/// Keys, names and threads: what takes time, and can fail, before any traffic.
void Runner::open() {
  const bool by_request = plan_.connection == Connection::per_request;
  const unsigned resolvers = by_request ? most_resolver_threads : few_resolver_threads;
  context_.emplace(plan_, *collector_, budget_, resolvers, options_.stop);
  for (const Endpoint& endpoint : plan_.endpoints) {
    const auto& proxy = endpoint.proxy;
    context_->addresses.push_back(context_->resolver.wait_for(
        proxy ? proxy->host : endpoint.host, proxy ? proxy->port : endpoint.port, options_.stop));
    check_addresses(endpoint, context_->addresses.back());
  }
  for (unsigned k = 0; k < shard_count(plan_); ++k) shards_.push_back(std::make_unique<Shard>(*context_, k));
}

void Runner::close() {
  scraper_.reset();
  shards_.clear();
  context_.reset();
  collector_.reset();
}

/// A key that is sent in the open goes to this machine alone, by the address and not by the name. What a name
/// leads to later is looked at again when it is dialled.
void Runner::check_addresses(const Endpoint& endpoint, const net::Addresses& addresses) const {
  if (!protocol::needs_loopback(plan_, endpoint)) return;
  for (const auto& address : addresses.list) {
    if (net::is_loopback(address)) continue;
    throw InputError(protocol::plaintext_key_refusal(endpoint.host + " (" + net::describe(address) + ')'));
  }
}

/// What the shard tells of the work that `begin` gives it. The user is told of it where it is a wait.
std::string Runner::on_first_shard(const std::function<void(Shard&, Shard::Told)>& begin) {
  Shard& shard = *shards_.front();
  std::promise<std::pair<std::exception_ptr, std::string>> told;
  begin(shard, [&told](std::exception_ptr error, std::string why) {
    told.set_value({std::move(error), std::move(why)});
  });
  // After it: what is cancelled before it begins would not be.
  const std::stop_callback on_stop(options_.stop, [&shard] { shard.cancel(); });
  auto answer = told.get_future();
  std::exception_ptr thrown;  // by the user's function
  while (answer.wait_for(progress_interval) != std::future_status::ready) {
    if (!waiting_since_ || !options_.progress || thrown) continue;
    try {
      options_.progress(progress());
    } catch (...) {
      thrown = std::current_exception();
      shard.cancel();
    }
  }
  const auto [error, why] = answer.get();
  if (thrown) std::rethrow_exception(thrown);
  if (error) std::rethrow_exception(error);
  return why;
}

void Runner::wait_until_ready() {
  const net::Time begin = net::monotonic_now();
  wait_since(begin);
  struct End {
    Runner& runner;
    ~End() { runner.wait_since(std::nullopt); }
  } const end{*this};
  const std::string why = on_first_shard([this, begin](Shard& shard, Shard::Told told) {
    shard.wait_until_ready(begin + *plan_.ready_timeout, std::move(told));
  });
  if (why.empty()) return;
  const double limit = std::chrono::duration<double>(*plan_.ready_timeout).count();
  throw InputError("after " + text::shortest(limit) + " s (READY_TIMEOUT_SECONDS) " + why);
}

void Runner::wait_since(std::optional<net::Time> begin) {
  const std::scoped_lock lock(mutex_);
  waiting_since_ = begin;
}

/// Where all endpoints have one model alone, the same, it is sent.
void Runner::ask_for_model() {
  std::string only;
  for (std::size_t i = 0; i < plan_.endpoints.size(); ++i) {
    const auto target = protocol::models_target(plan_.endpoints[i].target, dialect_of(plan_).path_suffix());
    if (!target || options_.stop.stop_requested()) return;
    const std::string names = on_first_shard(
        [&](Shard& shard, Shard::Told told) { shard.list_models(i, *target, std::move(told)); });
    if (names.empty()) return;
    const std::string first = names.substr(0, names.find('\n'));
    if (context_->redactor.redact(first) != first) return;  // it is no name: it has a secret in it
    const auto others = std::ranges::count(names, '\n');
    if (others > 0 || (i > 0 && first != only)) {
      std::string note = "MODEL is not set, and none is sent: ";
      note.append(protocol::shown_url(plan_.endpoints[i].url)).append(" has ").append(first);
      if (others > 0) note.append(" and ").append(std::to_string(others)).append(" more");
      if (i > 0) note.append(", and another endpoint has another one");
      return collector_->note(std::move(note));
    }
    only = first;
  }
  collector_->note("MODEL is not set: requests that name none are sent with " + only +
                   ", the one model that " +
                   (plan_.endpoints.size() == 1 ? protocol::shown_url(plan_.endpoints.front().url) + " has"
                                                : "the endpoints have"));
  plan_.model = std::move(only);
}

void Runner::read_server_metrics() {
  std::optional<Endpoint> page = protocol::metrics_page(plan_);
  if (page) scraper_.emplace(*context_, std::move(*page));
}

void Runner::add_server_metrics(metrics::StageEnd& end) {
  if (!scraper_) return;
  end.server = scraper_->end_stage(options_.stop);
  if (end.server) return;
  if (std::string why = scraper_->take_trouble(); !why.empty()) collector_->note(std::move(why));
}

void Runner::probe() {
  const std::string why =
      on_first_shard([](Shard& shard, Shard::Told told) { shard.probe(std::move(told)); });
  for (std::size_t i = 0; plan_.exact_output && i < plan_.endpoints.size(); ++i) {
    const protocol::ExactLength way = context_->writer.exact_length(i);
    if (way == protocol::ExactLength::both) continue;
    collector_->note("exact lengths are asked for with " + std::string(to_string(way)) + ": " +
                     protocol::shown_url(plan_.endpoints[i].url) + " refused a request with more");
  }
  if (why.empty()) return;
  collector_->note("`usage` is not asked for: a request with " +
                   std::string(dialect_of(plan_).usage_question().front()) + " was refused (" + why + ")");
}

const Summary& Runner::run_stage(std::size_t number, const Stage& stage) {
  const auto shared =
      std::make_shared<StageRun>(stage, checked_schedule(plan_, stage, number, resources_), number,
                                 plan_.max_error_rate, plan_.source->ends_after(), unit_of(plan_));
  StageRun& run = *shared;
  const auto shards = static_cast<unsigned>(shards_.size());
  collector_->begin_stage(stage, shards, shared);
  if (scraper_) scraper_->look();
  show(number, stage, shared);
  const auto cancel = [this, &run] {
    run.stop();
    context_->keys.interrupt();
    for (const auto& shard : shards_) shard->cancel();
  };
  const std::stop_callback on_stop(options_.stop, cancel);

  Countdown ready(shards + 1), done(shards);
  context_->ahead.begin(run, [&ready] { ready.arrive(); });
  for (const auto& shard : shards_) shard->start(run, shards, [&ready] { ready.arrive(); });
  while (!ready.wait_for(progress_interval)) {
    report(run);
    if (run.error()) cancel();
  }
  if (scraper_) scraper_->begin_stage(options_.stop);
  const StageBegin begin = begin_now(number, stage);
  run.begin(begin.started_at);
  collector_->tell_begin(begin);
  for (const auto& shard : shards_) shard->go([&done] { done.arrive(); });
  do {
    report(run);
    if (run.error()) cancel();  // nobody waits for what is due an hour from now
    if (run.ramps_up() && run.over()) {
      for (const auto& shard : shards_) shard->stop_beginning();
    }
    if (run.too_many_errors() || budget_.reached() || run.find_end(net::monotonic_now())) {
      for (const auto& shard : shards_) shard->stop_waiting();
    }
  } while (!done.wait_for(progress_interval));
  report(run);
  const std::exception_ptr uncounted = context_->ahead.end();
  if (run.error()) std::rethrow_exception(run.error());
  if (uncounted) collector_->note_uncounted(uncounted);
  if (std::string why = context_->keys.take_trouble(); !why.empty()) collector_->note(std::move(why));
  if (run.cut_short()) {
    collector_->note("the source of the requests ended, after " +
                     std::to_string(*plan_.source->ends_after()) + " of them, before the stage would have");
  }
  metrics::StageEnd end = end_of(run);
  end.started_at_utc = begin.started_at_utc;
  add_server_metrics(end);  // behind all that is measured, since it may wait
  return collector_->end_stage(end);
}

/// Without what the shards know, which may be told behind the stage alone.
metrics::StageEnd Runner::so_far(const StageRun& run) const {
  metrics::StageEnd end;
  end.started_at = run.start();
  end.interrupted = options_.stop.stop_requested();
  end.too_many_errors = run.too_many_errors();
  end.budget_spent = budget_.reached().has_value();
  end.planned = run.unit() == Unit::request ? run.planned() : run.turns() + run.dropped();
  end.dropped = run.dropped();
  end.schedule_hash = run.schedule().hash;
  return end;
}

/// Of the measured conversations, also of those that never began: behind a closed loop's warm-up by time
/// nobody knows which these would have been.
std::uint64_t Runner::planned_turns(const StageRun& run) const {
  const std::uint64_t all = run.planned().value_or(run.conversations());
  const bool known = run.open() || run.stage().warmup.count() == 0;
  if (run.conversations() >= all || !known) return run.turns() + run.dropped();
  const std::uint64_t first = run.open() ? run.schedule().measured_from : run.stage().warmup_requests;
  std::uint64_t turns = 0;
  for (std::uint64_t i = first; i < first + all; ++i) {
    const Conversation conversation = workload::conversation_of(plan_, run.stage(), run.number(), i);
    turns += workload::turns_of(plan_, run.stage(), conversation).sent();
  }
  return turns;
}

metrics::StageEnd Runner::end_of(const StageRun& run) const {
  metrics::StageEnd end = so_far(run);
  if (run.unit() == Unit::conversation) end.planned = planned_turns(run);
  end.begun = run.begun();
  end.begun_outside = run.begun_outside();
  const std::chrono::nanoseconds since_start = net::monotonic_now() - run.start();
  if (end.interrupted || end.too_many_errors || end.budget_spent)
    end.stopped_at = run.stopped_at().value_or(since_start);
  ShardLags lags;
  metrics::Histogram loop_lag;
  for (const auto& shard : shards_) {
    lags.read.merge(shard->lags().read);
    lags.prepare.merge(shard->lags().prepare);
    lags.turnaround.merge(shard->lags().turnaround);
    loop_lag.merge(shard->loop_probe().lag());
    const net::ThreadTime& time = shard->loop_probe().time();
    end.busy_shares.push_back(metrics::in_millionths(shard->loop_probe().busy()));
    end.cpu_shares.push_back(metrics::in_millionths(metrics::ratio(time.ran, since_start)));
    end.wait_shares.push_back(metrics::in_millionths(metrics::ratio(time.waited, since_start)));
  }
  end.read_lag = metrics::in_whole_ns(lags.read);
  end.prepare_lag = metrics::in_whole_ns(lags.prepare);
  end.turnaround = metrics::in_whole_ns(lags.turnaround);
  end.loop_lag = metrics::in_whole_ns(loop_lag);
  return end;
}

void Runner::show(std::size_t number, const Stage& stage, std::shared_ptr<const StageRun> run) {
  const std::scoped_lock lock(mutex_);
  shown_.stage = number;
  shown_.current = stage;
  shown_.so_far = nullptr;
  shown_run_ = std::move(run);
}

/// One at a time: where counting is behind, so are they.
void Runner::ask_for_snapshot(const StageRun& run) {
  const net::Time now = net::monotonic_now();
  const std::scoped_lock lock(mutex_);
  if (!options_.snapshots || run.start() == net::Time() || snapshot_is_asked_for_ || now < next_snapshot_)
    return;
  snapshot_is_asked_for_ = true;
  metrics::StageEnd end = so_far(run);
  end.stopped_at = now - run.start();  // for rates over the time until now
  collector_->snapshot(end, [this, of = shown_run_, now](Summary summary, std::chrono::nanoseconds took) {
    summary.stopped_at.reset();
    auto made = std::make_shared<const Summary>(std::move(summary));
    const std::scoped_lock shown_lock(mutex_);
    snapshot_is_asked_for_ = false;
    next_snapshot_ = std::max(now + *options_.snapshots, net::monotonic_now() + most_of_a_core * took);
    if (shown_run_ == of) shown_.so_far = std::move(made);
  });
}

Progress Runner::progress() const {
  const std::scoped_lock lock(mutex_);
  Progress progress = shown_;
  progress.waiting = waiting_since_.has_value();
  if (waiting_since_) progress.elapsed = net::monotonic_now() - *waiting_since_;
  progress.cost = budget_.cost();
  if (!shown_run_) return progress;
  progress.done = shown_run_->done();
  progress.failed = shown_run_->failed();
  progress.in_flight = shown_run_->in_flight();
  if (shown_run_->unit() == Unit::conversation) progress.conversations = shown_run_->ended_conversations();
  const net::Time start = shown_run_->start();
  if (start != net::Time()) progress.elapsed = net::monotonic_now() - start;
  return progress;
}

/// What the user's function throws comes out of run() when the shards have let go of the stage.
void Runner::report(StageRun& run) {
  ask_for_snapshot(run);
  if (!options_.progress || run.error()) return;
  try {
    options_.progress(progress());
  } catch (...) {
    run.fail(std::current_exception());
  }
}

}  // namespace llmload::engine
