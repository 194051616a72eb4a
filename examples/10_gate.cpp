// A gate in Catch2: a test that fails where an endpoint is too slow, and not where this machine was too busy
// to tell.
#define CATCH_CONFIG_MAIN
#include <algorithm>
#include <catch2/catch.hpp>
#include <llmload/llmload.hpp>

TEST_CASE("95 % of the answers to 8 users are there within 10 s") {
  llmload::SimulatorOptions options;
  options.ttft = std::chrono::milliseconds{20};
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.max_tokens = 16;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"Say hello."});
  plan.stages = {{.loop = llmload::ClosedLoop{8}, .requests = 80}};

  const llmload::RunResult result = llmload::run(plan);
  INFO(result);
  const llmload::Summary& summary = result.stages.at(0);
  CHECK(summary.ok == 80);
  REQUIRE(summary.e2e_ms());
  // What is wrong with the run and touches this number leaves it open; all else is no matter of the gate's.
  const auto spoils_it = [](const llmload::InvalidReason& reason) { return reason.touches("e2e_ms", 0.95); };
  if (std::ranges::any_of(result.reasons(), spoils_it))
    WARN("this machine was too busy to tell: run the gate again");
  else
    CHECK(summary.e2e_ms()->p95 < 10'000);
}
