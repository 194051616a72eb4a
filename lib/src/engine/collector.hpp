#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/counting_queue.hpp"
#include "engine/history_tokens.hpp"
#include "engine/run_budget.hpp"
#include "engine/stage_run.hpp"
#include "llmload/run.hpp"
#include "metrics/stage_fold.hpp"
#include "protocol/answer_memory.hpp"
#include "protocol/secrets/redactor.hpp"
#include "report/sink_errors.hpp"
#include "report/sink_use.hpp"

namespace llmload::engine {

/// Takes finished records off the shards' hands: counts their tokens, folds them into the stage's numbers,
/// and calls the sink, one thing at a time, on its CountingQueue's threads. What it has not come to waits in
/// memory, and is held in its memory(); where that is full, texts are dropped before they are counted.
/// Errors: what a sink or a tokenizer throws, of any type, is noted as a lost output. What else fails comes
/// out of the call that run()'s thread makes next.
class Collector {
 public:
  /// Throws InputError where the system gives no thread, or another run has the sink.
  Collector(const Plan& plan, Sink* sink,
            std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max(),
            RunBudget* budget = nullptr);
  ~Collector() = default;  ///< ends when everything that was given is done
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// Of all answers of the run: who gives a record holds its bytes there (see hold()). Any thread, as the
  /// next three.
  protocol::AnswerMemory& memory() { return memory_; }
  /// Makes room for a record that is to be given; where there is none, its text is dropped.
  void hold(RequestRecord& record);
  void give(std::vector<RequestRecord> batch);
  /// The same, and empties `batch`; but where it had to wait, perhaps for a thread of the lowest priority,
  /// `batch` is left as it is.
  bool try_give(std::vector<RequestRecord>& batch);

  /// From now on few texts are counted, and those beyond them dropped: somebody waits for the end.
  void hurry() noexcept { hurries_ = true; }

  // The rest is for run()'s thread. Each waits until the Collector has come to it.
  void begin_run();
  /// `run`: the stage under way; null: it is never stopped. Kept for as long as records of it may wait, which
  /// is longer than a run that ends with an exception.
  void begin_stage(const Stage& stage, unsigned shards, std::shared_ptr<const StageRun> run = nullptr);
  const Summary& end_stage(const metrics::StageEnd& end);
  /// Makes the stage's numbers of what has been counted, as if it had ended with `so_far`, when it comes to
  /// that among the records, and gives them to `then`, on its thread, with the time that this took of a core.
  /// This one does not wait.
  using Snapshot = std::function<void(Summary, std::chrono::nanoseconds)>;
  void snapshot(const metrics::StageEnd& so_far, const Snapshot& then);
  /// Tells the sink that the stage's time begins. This one does not wait.
  void tell_begin(StageBegin begin);
  /// Hands the result over and calls the sink's on_end.
  RunResult end_run();

  /// Prompts could not be counted: what the tokenizer threw.
  void note_uncounted(const std::exception_ptr& error);
  /// A line for the notes of the next stage to end.
  void note(std::string text) { notes_.push_back(std::move(text)); }

  /// Whether run()'s thread waits. Any thread.
  [[nodiscard]] bool is_awaited() const { return queue_.is_awaited(); }

  RunResult& result() { return result_; }  ///< between the calls above

 private:
  CountingQueue::Task counting(std::vector<RequestRecord> batch);
  void add(RequestRecord& record);
  void take_secrets_out(RequestRecord& record) const;
  void count_tokens(RequestRecord& record);
  void add_history(RequestRecord& record);
  void lose_counts(const std::exception_ptr& error);
  template <class Call>
  void tell_sink(Call call);

  const Plan& plan_;
  Sink* sink_;
  RunBudget* budget_;  // null: nobody asks what was spent
  protocol::AnswerMemory memory_;
  const report::SinkUse sink_use_;
  const protocol::Redactor redactor_;

  // Whichever thread works.
  std::unique_ptr<metrics::StageFold> fold_;
  std::shared_ptr<const StageRun> run_;  // of the fold's stage
  HistoryTokens history_tokens_;
  RunResult result_;
  report::SinkErrors sink_errors_;
  bool sink_reads_texts_;
  std::vector<std::string> notes_;

  std::atomic<bool> hurries_{false};
  CountingQueue queue_;  // its threads use all of the above
};

}  // namespace llmload::engine
