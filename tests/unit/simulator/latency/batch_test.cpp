// The batching model against its closed form (docs/simulator.md), in virtual time: N answers of n tokens that
// begin together take n (step_base + N step_per_stream), so that throughput bends with concurrency.
#include "simulator/latency/batch.hpp"

#include "support/catch.hpp"

namespace batch_test {

using namespace llmload;
using namespace llmload::simulator;
using namespace std::chrono_literals;

SimulatorOptions batches_of(unsigned most) {
  SimulatorOptions options;
  options.step_base = 5ms;
  options.step_per_stream = 1ms;
  options.max_batch = most;
  return options;
}

/// Ends steps until nobody is in the batch; returns when the last one ended.
llmload::net::Time run_dry(Batch& batch) {
  llmload::net::Time now{};
  while (const auto ends = batch.step_ends()) {
    now = *ends;
    batch.end_step();
  }
  return now;
}

TEST_CASE("answers that begin together take what the closed form says, wave after wave") {
  constexpr unsigned tokens = 50, most = 8;
  const SimulatorOptions options = batches_of(most);
  for (const unsigned n : {1U, 4U, 8U, 16U}) {
    Batch batch(options);
    const llmload::net::Time begin{1s};
    // Those behind the first of them come while its step is under way, as they do at the endpoint.
    for (unsigned i = 0; i < n; ++i) batch.join(std::make_shared<BatchMember>(BatchMember{tokens}), begin);
    // The first answer's first step is its own, and so the others' last one is theirs. Whoever leaves makes
    // room: the next wave begins where the one before ends.
    const unsigned width = std::min(n, most), waves = n / width;
    const auto together = 5ms + width * 1ms, others = n > 1 ? 5ms + (width - 1) * 1ms : 0ms;
    CHECK(run_dry(batch) - begin == 6ms + (waves * tokens - 1) * together + others);
  }
}

TEST_CASE("a member that is done leaves the batch to the one that waits") {
  const SimulatorOptions options = batches_of(1);
  Batch batch(options);
  const auto first = std::make_shared<BatchMember>(BatchMember{2}),
             second = std::make_shared<BatchMember>(BatchMember{1});
  batch.join(first, llmload::net::Time{});
  batch.join(second, llmload::net::Time{});
  CHECK(batch.end_step().front() == first);
  CHECK(batch.end_step().front() == first);
  CHECK(batch.end_step().front() == second);
  CHECK_FALSE(batch.step_ends());
  CHECK(first->emitted == 2);
  CHECK(second->emitted == 1);
}

TEST_CASE("steps follow each other by plan, and one after a pause begins when somebody joins") {
  const SimulatorOptions options = batches_of(8);
  Batch batch(options);
  batch.join(std::make_shared<BatchMember>(BatchMember{2}), llmload::net::Time{10ms});
  CHECK(batch.step_ends() == llmload::net::Time{16ms});
  batch.end_step();
  CHECK(batch.step_ends() == llmload::net::Time{22ms});
  batch.end_step();
  CHECK_FALSE(batch.step_ends());
  batch.join(std::make_shared<BatchMember>(BatchMember{1}), llmload::net::Time{90ms});
  CHECK(batch.step_ends() == llmload::net::Time{96ms});
}

}  // namespace batch_test
