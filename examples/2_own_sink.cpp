// A sink of one's own, and a plan made by hand: stop a release when the 95th percentile is beyond a limit. It
// runs against the simulated endpoint, so it needs no account.
#include <algorithm>
#include <iostream>
#include <llmload/llmload.hpp>

class LatencyGate : public llmload::Sink {
 public:
  explicit LatencyGate(double limit_ms) : limit_ms_(limit_ms) {}

  void on_stage(const llmload::Summary& summary) override {
    if (!summary.e2e_ms()) return;
    std::cout << llmload::describe(summary.stage) << ": p95 " << summary.e2e_ms()->p95 << " ms\n";
    passed_ = passed_ && summary.e2e_ms()->p95 <= limit_ms_;
  }
  [[nodiscard]] bool passed() const { return passed_; }

 private:
  double limit_ms_;
  bool passed_ = true;
};

int main() {
  llmload::SimulatorOptions options;
  options.ttft = std::chrono::milliseconds{20};
  options.gap = std::chrono::milliseconds{1};
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.max_tokens = 16;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"Say hello."});
  plan.stages = {{.loop = llmload::ClosedLoop{1}, .requests = 10},
                 {.loop = llmload::ClosedLoop{8}, .requests = 80}};

  LatencyGate gate(10'000);
  const llmload::RunResult result = llmload::run(plan, {.sink = &gate});
  for (const auto& reason : result.reasons()) std::cout << reason << '\n';
  // What is wrong with the run and does not touch this number stops no release.
  const auto spoils_it = [](const llmload::InvalidReason& reason) { return reason.touches("e2e_ms", 0.95); };
  return gate.passed() && std::ranges::none_of(result.reasons(), spoils_it) ? 0 : 1;
}
