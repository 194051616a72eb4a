#include "engine/collector.hpp"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

#include "metrics/verdict/verdict.hpp"
#include "net/thread_time.hpp"
#include "tokenize/count_tokens.hpp"

namespace llmload::engine {
namespace {

constexpr std::size_t worth_a_note = 10'000;  // records that wait to be counted

// Bytes of an answer, from which on what counting and writing it takes is held, too: so many times as much.
constexpr std::uint64_t worth_counting = 256 * 1024;
constexpr std::uint64_t work_factor = 8;
// Behind a stop, of texts longer than that, only so many bytes are counted: a second or two.
constexpr std::uint64_t long_in_a_hurry = 4 * 1024, most_in_a_hurry = 16 * 1024 * 1024;

std::uint64_t text_size(const RequestRecord& r) {
  return r.output.size() + r.reasoning.size() + r.tool_text.size();
}

}  // namespace

Collector::Collector(const Plan& plan, Sink* sink, std::uint64_t most_bytes, RunBudget* budget)
    : plan_(plan),
      sink_(sink),
      budget_(budget),
      memory_(most_bytes),
      sink_use_(sink),
      redactor_(plan),
      history_tokens_(plan),
      sink_reads_texts_(sink != nullptr) {}

void Collector::give(std::vector<RequestRecord> batch) {
  const std::size_t records = batch.size();
  queue_.post(counting(std::move(batch)), records);
}

bool Collector::try_give(std::vector<RequestRecord>& batch) {
  return queue_.try_post(batch.size(), [&] { return counting(std::exchange(batch, {})); });
}

/// Where run()'s thread waits, a record a step.
CountingQueue::Task Collector::counting(std::vector<RequestRecord> batch) {
  auto shared = std::make_shared<std::vector<RequestRecord>>(std::move(batch));
  return [this, shared, next = std::size_t{0}]() mutable {
    while (next < shared->size()) {
      add((*shared)[next++]);
      if (next < shared->size() && queue_.is_awaited()) return false;
    }
    return true;
  };
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
  if (record.turns > 1 && plan_.tokenizer) add_history(record);
  if (run_ != nullptr) {
    if (const Stamp stopped = run_->stopped_at()) fold_->stop_at(*stopped);
  }
  fold_->add(record);
  if (budget_ != nullptr) budget_->spend(record);
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

void Collector::add_history(RequestRecord& record) {
  try {
    history_tokens_.add(record);
  } catch (...) {
    record.prompt_tokens.reset();
    lose_counts(std::current_exception());
  }
}

void Collector::note_uncounted(const std::exception_ptr& error) {
  queue_.call([&] { lose_counts(error); });
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
  queue_.call([&] {
    tell_sink([&] {
      sink_->on_start(header);
      sink_reads_texts_ = sink_->reads_texts();
    });
  });
}

void Collector::begin_stage(const Stage& stage, unsigned shards, std::shared_ptr<const StageRun> run) {
  queue_.call([&] {
    run_ = std::move(run);
    history_tokens_.begin_stage();
    fold_ = std::make_unique<metrics::StageFold>(metrics::summary_settings(plan_), stage, shards);
  });
}

void Collector::tell_begin(StageBegin begin) {
  const auto task = [this, begin = std::move(begin)] {
    tell_sink([&] { sink_->on_stage_begin(begin); });
    return true;
  };
  queue_.post(task);
}

void Collector::snapshot(const metrics::StageEnd& so_far, const Snapshot& then) {
  const auto task = [this, so_far, then] {
    const std::chrono::nanoseconds ran = net::time_of_this_thread().ran;
    Summary summary = fold_->summarize(so_far);
    then(std::move(summary), net::time_of_this_thread().ran - ran);
    return true;
  };
  queue_.post(task);
}

const Summary& Collector::end_stage(const metrics::StageEnd& end) {
  queue_.call([this, &end] {
    Summary summary = fold_->summarize(end);
    run_.reset();
    std::ranges::move(std::exchange(notes_, {}), std::back_inserter(summary.notes));
    if (const std::size_t waited = queue_.take_most_waiting(); waited > worth_a_note) {
      summary.notes.push_back("counting tokens fell " + std::to_string(waited) +
                              " answers behind, which waited in memory; the times are not touched by it");
    }
    result_.stages.push_back(std::move(summary));
    tell_sink([this] { sink_->on_stage(result_.stages.back()); });
  });
  return result_.stages.back();
}

RunResult Collector::end_run() {
  queue_.call([this] {
    metrics::conclude(result_);
    tell_sink([this] { sink_->on_end(result_); });
  });
  return std::move(result_);
}

}  // namespace llmload::engine
