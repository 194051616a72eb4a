// Streamed answers: the time to the first token beside the rest, and the facts of each request as it ends.
#include <iostream>
#include <llmload/llmload.hpp>

/// Names the answer whose first token took longest.
class SlowestFirstToken : public llmload::Sink {
 public:
  void on_record(const llmload::RequestRecord& record) override {
    const auto ms = llmload::metrics::ttft_ms(record);
    if (!ms || *ms <= slowest_ms_) return;
    slowest_ms_ = *ms;
    slowest_id_ = record.request_id;
  }
  void on_stage(const llmload::Summary& summary) override {
    if (!summary.ttft_ms() || !summary.tpot_ms()) return;
    std::cout << llmload::describe(summary.stage) << ": first token p50 " << summary.ttft_ms()->p50
              << " ms, then a token each " << summary.tpot_ms()->p50
              << " ms; slowest first token: " << slowest_ms_ << " ms in " << slowest_id_ << '\n';
    slowest_ms_ = 0;
  }

 private:
  double slowest_ms_ = 0;
  std::string slowest_id_;
};

int main() {
  llmload::SimulatorOptions options;
  options.ttft = std::chrono::milliseconds{20};
  options.gap = std::chrono::milliseconds{5};
  options.style = llmload::ServerStyle::azure_openai;
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.stream = true;
  plan.max_tokens = 16;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"Say hello."});
  plan.stages = {{.loop = llmload::ClosedLoop{1}, .requests = 10},
                 {.loop = llmload::ClosedLoop{8}, .requests = 80}};

  SlowestFirstToken sink;
  const llmload::RunResult result = llmload::run(plan, {.sink = &sink});
  for (const auto& reason : result.reasons()) std::cout << reason << '\n';
  return result.stages.back().ok == 80 ? 0 : 1;
}
