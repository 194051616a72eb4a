// A tokenizer of one's own: tokens are words here, and all that is said in tokens follows it.
#include <algorithm>
#include <iostream>
#include <llmload/llmload.hpp>

class Words : public llmload::Tokenizer {
 public:
  /// From several threads at once: it has no state.
  [[nodiscard]] std::size_t count(std::string_view text) const override {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : text) {
      words += !inside && c != ' ' ? 1 : 0;
      inside = c != ' ';
    }
    return words;
  }
};

int main() {
  llmload::SimulatorOptions options;
  options.answer = [](const llmload::ReceivedRequest&) {
    return llmload::SimulatedReply{.text = "four words are said"};
  };
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.max_tokens = 16;
  plan.tokenizer = std::make_shared<Words>();
  plan.tokenizer_description = "words";
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"Say something, please."});
  plan.stages = {{.loop = llmload::ClosedLoop{1}, .requests = 10}};

  llmload::MemorySink sink;
  (void)llmload::run(plan, {.sink = &sink});
  const auto& records = sink.stages().at(0).records;
  const bool right = std::ranges::all_of(records, [](const llmload::RequestRecord& record) {
    return record.prompt_tokens == 3 && record.output_tokens == 4;
  });
  std::cout << records.size() << " answers of four words: " << (right ? "counted" : "not counted") << '\n';
  return right && records.size() == 10 ? 0 : 1;
}
