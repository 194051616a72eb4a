// Requests of several messages, of two kinds: a label says the kind, and comes back in the records.
#include <iostream>
#include <llmload/llmload.hpp>
#include <map>

/// In turns a question, and a question about an answer.
class Conversations : public llmload::RequestSource {
 public:
  [[nodiscard]] std::shared_ptr<const llmload::RequestSpec> next(
      const llmload::Conversation& conversation) const override {
    llmload::RequestSpec spec = llmload::ask("Which mountain is the highest?");
    spec.label = "first";
    if (conversation.index % 2 == 1) {
      spec.messages.push_back({"assistant", "Everest."});
      spec.messages.push_back({"user", "How high is it?"});
      spec.max_tokens = 4;
      spec.label = "second";
    }
    return std::make_shared<const llmload::RequestSpec>(std::move(spec));
  }
};

int main() {
  llmload::SimulatorOptions options;
  options.ttft = options.gap = std::chrono::milliseconds{2};
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.system_prompt = "Be brief.";
  plan.max_tokens = 16;
  plan.source = std::make_shared<Conversations>();
  plan.stages = {{.loop = llmload::ClosedLoop{4}, .requests = 40}};

  std::map<std::string, std::vector<double>> ms;
  llmload::FunctionSink sink({.on_record = [&](const llmload::RequestRecord& record) {
    if (const auto e2e = llmload::metrics::e2e_ms(record)) ms[record.label].push_back(*e2e);
  }});
  (void)llmload::run(plan, {.sink = &sink});
  for (const auto& [label, samples] : ms)
    std::cout << label << ": " << samples.size() << " answers, p50 "
              << llmload::metrics::percentile(samples, 0.5) << " ms\n";
  return ms["first"].size() == 20 && ms["second"].size() == 20 ? 0 : 1;
}
