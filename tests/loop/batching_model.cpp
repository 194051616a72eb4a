// The simulated batching model over the wire: no answer comes before the closed form (docs/simulator.md) lets
// it, and the time is not less for many streams. tests/unit/simulator/batch_test.cpp has the form itself, in
// virtual time.
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace loop_batching_model {

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
  Plan plan =
      plan_for(simulator, {{ClosedLoop{1}, 1}, {ClosedLoop{4}, 4}, {ClosedLoop{8}, 8}, {ClosedLoop{16}, 16}});
  plan.max_tokens = 50;
  const RunResult result = run(plan);
  REQUIRE(result.stages.size() == 4);
  for (const Summary& s : result.stages) {
    const unsigned n = *s.stage.concurrency();
    const unsigned batch = std::min(n, options.max_batch);
    const double waves = n / static_cast<double>(batch);
    const double seconds = 0.020 + waves * 50 * (0.005 + batch * 0.001);
    const double expected = n * 50 / seconds;
    CHECK(*s.output_tokens_per_second <= 1.05 * expected);
    CHECK(s.ok == n);
  }
}

}  // namespace loop_batching_model
