// An open loop with a schedule of one's own: fifty requests at once, every second. A pacer is one const
// function of the request's index, so that one core and sixteen send the same requests at the same times.
#include <iostream>
#include <llmload/llmload.hpp>

class Waves : public llmload::Pacer {
 public:
  [[nodiscard]] std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    return std::chrono::seconds(index / 50);
  }
};

int main() {
  llmload::SimulatorOptions options;
  options.ttft = options.gap = std::chrono::milliseconds{5};
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.max_tokens = 16;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"Say hello."});
  // Without a cap: whatever is due is sent.
  const llmload::OpenLoop waves{.pacer = std::make_shared<Waves>(), .arrival = "waves of 50"};
  const llmload::Stage stage{.loop = waves, .requests = 150};
  plan.stages = {stage};

  const llmload::RunResult result = llmload::run(plan);
  const llmload::Summary& summary = result.stages.front();
  std::cout << llmload::describe(stage) << ": " << summary.ok << " answers, p99 " << summary.e2e_ms()->p99
            << " ms from when they were due, sent " << summary.own_error.dispatch_lag_ms->p99
            << " ms late at p99; schedule " << summary.schedule_hash.substr(0, 8) << '\n';
  for (const auto& reason : result.invalid_reasons) std::cout << "not valid: " << reason.text << '\n';
  return summary.ok == 150 ? 0 : 1;
}
