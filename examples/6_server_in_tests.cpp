// A server in unit tests: it answers as the test says, and shows what it was sent. A whole run
// against it takes a millisecond or two.
#include <algorithm>
#include <iostream>
#include <llmload/llmload.hpp>

/// Knows of the weather alone.
llmload::SimulatedReply answer(const llmload::ReceivedRequest& request) {
  if (request.body.find("weather") == std::string::npos)
    return {.status = 404, .text = R"({"error":{"message":"ask me of the weather"}})"};
  return {.text = "It will rain, \"they\" say."};
}

int main() {
  llmload::SimulatorOptions options;
  options.tls = false;
  options.ttft = options.gap = std::chrono::nanoseconds{0};
  options.answer = answer;
  options.keep_requests = 10;
  const llmload::Simulator server(options);

  // What is tested here is a run; it could be any client.
  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(server.origin() + "/v1/chat/completions")};
  plan.api_key = llmload::Secret("any");
  plan.extra_headers = {{"X-Team", "one"}};
  plan.source = std::make_shared<llmload::PromptList>(
      std::vector<std::string>{"How is the weather?", "What is the time?"});
  plan.stages = {{.loop = llmload::ClosedLoop{1}, .requests = 2}};
  plan.cores = 1;
  llmload::MemorySink sink;
  (void)llmload::run(plan, {.sink = &sink});

  const auto& records = sink.stages().at(0).records;
  bool passed = records.size() == 2 && records[0].output == "It will rain, \"they\" say." &&
                records[1].error == "HTTP 404: ask me of the weather";
  for (const llmload::ReceivedRequest& request : server.requests_received()) {
    std::cout << "connection " << request.connection << ": " << request.target << ", " << request.body.size()
              << " bytes\n";
    const std::pair<std::string, std::string> team("X-Team", "one");
    passed = passed && std::ranges::find(request.headers, team) != request.headers.end();
  }
  std::cout << (passed ? "passed" : "failed") << '\n';
  return passed ? 0 : 1;
}
