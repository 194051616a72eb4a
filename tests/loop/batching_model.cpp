// The simulated batching model against its closed form (docs/simulator.md): N answers of n tokens that begin
// together take ttft + n (step_base + N step_per_stream), so that throughput bends with concurrency.
#include "support/catch.hpp"
#include "support/plans.hpp"

using namespace llmload;
using namespace std::chrono_literals;
using test::plan_for;

TEST_CASE("throughput at N streams follows the closed form") {
  SimulatorOptions options;
  options.batching = true;
  options.ttft = 20ms;
  options.step_base = 5ms;
  options.step_per_stream = 1ms;
  options.max_batch = 8;
  const Simulator simulator(options);
  Plan plan = plan_for(simulator, {{1, 1, {}}, {4, 4, {}}, {8, 8, {}}, {16, 16, {}}});
  plan.max_tokens = 50;
  const RunResult result = run(plan);
  REQUIRE(result.stages.size() == 4);
  for (const Summary& s : result.stages) {
    const unsigned n = s.stage.concurrency;
    const unsigned batch = std::min(n, options.max_batch);
    const double waves = n / static_cast<double>(batch);
    const double seconds = 0.020 + waves * 50 * (0.005 + batch * 0.001);
    const double expected = n * 50 / seconds;
    // Two steps' slack: answers that begin together still join in a step or two.
    CHECK(*s.output_tokens_per_second > 0.75 * expected);
    CHECK(*s.output_tokens_per_second <= 1.05 * expected);
    CHECK(s.ok == n);
  }
  CHECK(*result.stages[1].output_tokens_per_second > *result.stages[0].output_tokens_per_second);
}
