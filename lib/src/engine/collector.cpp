#include "engine/collector.hpp"

#include <sched.h>

#include <algorithm>
#include <future>
#include <iterator>
#include <new>
#include <utility>

#include "metrics/verdict/verdict.hpp"
#include "net/start_thread.hpp"
#include "tokenize/count_tokens.hpp"

namespace llmload::engine {
namespace {

constexpr std::size_t worth_a_note = 10'000;  // records that wait to be counted

// Records in memory. A shard that uses all of its core leaves nothing to the lowest priority.
constexpr std::size_t too_many = 2'000;  // from here on the relief works
constexpr std::size_t few = 500;         // until here

// Bytes of an answer, from which on what counting and writing it takes is held, too: so many times as much.
constexpr std::uint64_t worth_counting = 256 * 1024;
constexpr std::uint64_t work_factor = 8;
// Behind a stop, of texts longer than that, only so many bytes are counted: a second or two.
constexpr std::uint64_t long_in_a_hurry = 4 * 1024, most_in_a_hurry = 16 * 1024 * 1024;

std::uint64_t text_size(const RequestRecord& r) {
  return r.output.size() + r.reasoning.size() + r.tool_text.size();
}

void take_lowest_priority() {
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_IDLE, &none);  // where it is refused, counting merely competes
}

}  // namespace

Collector::Collector(const Plan& plan, Sink* sink, std::uint64_t most_bytes)
    : plan_(plan),
      sink_(sink),
      memory_(most_bytes),
      sink_use_(sink),
      redactor_(plan),
      sink_reads_texts_(sink != nullptr) {
  try {
    thread_ = net::start_thread("count", [this] {
      take_lowest_priority();
      work(false);
    });
    relief_ = net::start_thread("count in haste", [this] { work(true); });
  } catch (...) {
    end();
    throw;
  }
}

Collector::~Collector() { end(); }

void Collector::end() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    ++awaited_;
    behind_ = true;
  }
  wake_both();
  for (std::thread* thread : {&thread_, &relief_}) {
    if (thread->joinable()) thread->join();
  }
}

void Collector::wake_both() {
  changed_.notify_one();
  relief_changed_.notify_one();
}

void Collector::work(bool relief) {
  std::unique_lock lock(mutex_);
  for (;;) {
    (relief ? relief_changed_ : changed_).wait(lock, [this, relief] {
      const bool due = !tasks_.empty() && !working_ && behind_ == relief;
      return due || (ending_ && tasks_.empty());
    });
    if (tasks_.empty()) return;
    Task& task = tasks_.front();  // it stays in its place while others come behind it
    working_ = true;
    lock.unlock();
    bool ended = true;
    try {
      ended = task();
    } catch (...) {
      if (!failure_) failure_ = std::current_exception();
    }
    if (ended) task = nullptr;  // its records go while nobody waits for the lock
    lock.lock();
    working_ = false;
    if (ended) tasks_.pop_front();
    catch_up();
    if (behind_ != relief) whose_turn().notify_one();
    if (ending_) wake_both();
  }
}

void Collector::post(Task task, bool awaited) {
  const std::scoped_lock lock(mutex_);
  tasks_.push_back(std::move(task));
  if (awaited) {
    ++awaited_;
    behind_ = true;
  }
  whose_turn().notify_one();
}

void Collector::call(const std::function<void()>& task) {
  std::promise<void> done;
  const auto step = [&] {
    try {
      if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
      task();
    } catch (...) {
      end_call();
      done.set_exception(std::current_exception());
      return true;
    }
    end_call();
    done.set_value();
    return true;
  };
  post(step, true);
  done.get_future().get();
}

/// Before its caller knows.
void Collector::end_call() {
  const std::scoped_lock lock(mutex_);
  --awaited_;
  catch_up();
}

/// With the lock held.
void Collector::catch_up() {
  if (waiting_records_ < few && awaited_ == 0) behind_ = false;
}

void Collector::give(std::vector<RequestRecord> batch) {
  const std::scoped_lock lock(mutex_);
  take(batch);
}

bool Collector::try_give(std::vector<RequestRecord>& batch) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock.owns_lock()) take(batch);
  return lock.owns_lock();
}

/// With the lock held.
void Collector::take(std::vector<RequestRecord>& batch) {
  waiting_records_ += batch.size();
  most_waiting_ = std::max(most_waiting_, waiting_records_);
  if (waiting_records_ > too_many) behind_ = true;
  auto shared = std::make_shared<std::vector<RequestRecord>>(std::exchange(batch, {}));
  // Where run()'s thread waits, a record a step, so that the other thread's turn can come between two of
  // them.
  tasks_.emplace_back([this, shared, next = std::size_t{0}]() mutable {
    while (next < shared->size()) {
      add((*shared)[next++]);
      if (next < shared->size() && is_awaited()) return false;
    }
    const std::scoped_lock lock(mutex_);
    waiting_records_ -= shared->size();
    return true;
  });
  whose_turn().notify_one();
}

void Collector::hold(RequestRecord& record) {
  const std::uint64_t bytes = protocol::bytes_of(record);
  if (memory_.hold(bytes) || bytes == 0) return;
  protocol::drop_text(record);
  memory_.give_back(bytes);
}

void Collector::add(RequestRecord& record) {
  const std::uint64_t held = protocol::bytes_of(record);
  const std::uint64_t to_work = held < worth_counting ? 0 : held * work_factor;
  const bool room = to_work == 0 || memory_.hold(to_work);
  const bool too_long =
      hurries_ && text_size(record) > long_in_a_hurry && memory_.held() - to_work > most_in_a_hurry;
  if (!room || too_long) protocol::drop_text(record);
  if (record.outcome == Outcome::ok && !record.text_dropped && plan_.tokenizer) count_tokens(record);
  if (run_ != nullptr) {
    if (const Stamp stopped = run_->stopped_at()) fold_->stop_at(*stopped);
  }
  fold_->add(record);
  if (sink_reads_texts_) take_secrets_out(record);
  tell_sink([this, &record] { sink_->on_record(record); });
  if (to_work > 0) record = {};  // the others of its batch are still to come
  memory_.give_back(held + to_work);
}

/// Of the texts of an answer, which were counted as they came. The others were redacted when they were read.
void Collector::take_secrets_out(RequestRecord& record) const {
  for (std::string RequestRecord::*text :
       {&RequestRecord::output, &RequestRecord::reasoning, &RequestRecord::tool_text})
    record.*text = redactor_.redact(std::move(record.*text));
}

/// With a user's own tokenizer, which may throw. The answer counts; its tokens are not known.
void Collector::count_tokens(RequestRecord& record) {
  try {
    tokenize::count_tokens(*plan_.tokenizer, record);
  } catch (const std::bad_alloc&) {
    record.reasoning_tokens.reset();
    record.tool_tokens.reset();
    protocol::drop_text(record);
  } catch (...) {
    lose_counts(std::current_exception());
  }
}

void Collector::note_uncounted(const std::exception_ptr& error) {
  call([&] { lose_counts(error); });
}

void Collector::lose_counts(const std::exception_ptr& error) {
  std::string what = "the tokenizer threw something unknown";
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {  // then that
  }
  report::note_lost(result_, {"counting tokens", what, 0, error});
}

template <class Call>
void Collector::tell_sink(Call call) {
  if (sink_ != nullptr) sink_errors_.tell(result_, *sink_, std::move(call));
}

void Collector::begin_run() {
  const RunHeader header = header_of(plan_);
  call([&] {
    tell_sink([&] {
      sink_->on_start(header);
      sink_reads_texts_ = sink_->reads_texts();
    });
  });
}

void Collector::begin_stage(const Stage& stage, unsigned shards, std::shared_ptr<const StageRun> run) {
  call([&] {
    run_ = std::move(run);
    fold_ = std::make_unique<metrics::StageFold>(metrics::summary_settings(plan_), stage, shards);
  });
}

void Collector::tell_begin(StageBegin begin) {
  const auto task = [this, begin = std::move(begin)] {
    tell_sink([&] { sink_->on_stage_begin(begin); });
    return true;
  };
  post(task, false);
}

void Collector::snapshot(const metrics::StageEnd& so_far, std::function<void(Summary)> then) {
  const auto task = [this, so_far, then = std::move(then)] {
    then(fold_->summarize(so_far));
    return true;
  };
  post(task, false);
}

const Summary& Collector::end_stage(const metrics::StageEnd& end) {
  call([this, &end] {
    Summary summary = fold_->summarize(end);
    run_.reset();
    std::ranges::move(std::exchange(notes_, {}), std::back_inserter(summary.notes));
    {
      const std::scoped_lock lock(mutex_);
      if (most_waiting_ > worth_a_note) {
        summary.notes.push_back("counting tokens fell " + std::to_string(most_waiting_) +
                                " answers behind, which waited in memory; the times are not touched by it");
      }
      most_waiting_ = 0;
    }
    result_.stages.push_back(std::move(summary));
    tell_sink([this] { sink_->on_stage(result_.stages.back()); });
  });
  return result_.stages.back();
}

RunResult Collector::end_run() {
  call([this] {
    metrics::conclude(result_);
    tell_sink([this] { sink_->on_end(result_); });
  });
  return std::move(result_);
}

}  // namespace llmload::engine
