// Records in memory, and a number that llmload does not have: the 90th percentile of the time between the
// answer's middle token and its last.
#include <iostream>
#include <llmload/llmload.hpp>

int main() {
  llmload::SimulatorOptions options;
  options.ttft = options.gap = std::chrono::milliseconds{2};
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.stream = true;
  plan.max_tokens = 16;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"Say hello."});
  plan.stages = {{.loop = llmload::ClosedLoop{4}, .requests = 40}};

  llmload::MemorySink memory;
  (void)llmload::run(plan, {.sink = &memory});

  std::vector<double> halves;
  for (const llmload::RequestRecord& record : memory.stages().at(0).records) {
    if (record.outcome != llmload::Outcome::ok || record.events.empty()) continue;
    const auto half = record.events.back().at - record.events[record.events.size() / 2].at;
    halves.push_back(std::chrono::duration<double, std::milli>(half).count());
  }
  if (halves.empty()) return 1;
  std::cout << "the second half of an answer: p90 " << llmload::metrics::percentile(halves, 0.9) << " ms of "
            << halves.size() << " answers\n";
  return halves.size() == 40 ? 0 : 1;
}
