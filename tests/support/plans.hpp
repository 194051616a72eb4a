#pragma once

#include <llmload/llmload.hpp>
#include <memory>
#include <string>
#include <vector>

namespace test {

/// A plan that sends "hello" to `url`; the tests change what they are about.
inline llmload::Plan plan_for(const std::string& url, std::vector<llmload::Stage> stages) {
  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(url)};
  plan.api_key = llmload::Secret("a-key-that-nobody-may-see");
  plan.prompts = std::make_shared<llmload::PromptList>(std::vector<std::string>{"hello"});
  plan.stages = std::move(stages);
  plan.max_tokens = 2;
  plan.cores = 1;
  return plan;
}

/// Likewise to a simulator, over its TLS.
inline llmload::Plan plan_for(const llmload::Simulator& simulator, std::vector<llmload::Stage> stages) {
  llmload::Plan plan = plan_for(simulator.origin() + "/v1/chat/completions", std::move(stages));
  plan.ca_pem = simulator.ca_pem();
  return plan;
}

/// A simulator that answers at once.
inline llmload::SimulatorOptions instant() {
  llmload::SimulatorOptions options;
  options.ttft = options.gap = std::chrono::nanoseconds{0};
  return options;
}

/// Keeps the records of a run, and when its last stage began (CLOCK_MONOTONIC, ns).
struct RecordKeeper : llmload::Sink {
  void on_record(const llmload::RequestRecord& record) override { records.push_back(record); }
  void on_stage(const llmload::Summary& summary) override { started_at = summary.started_at; }
  std::vector<llmload::RequestRecord> records;
  std::int64_t started_at = 0;
};

inline std::uint64_t count(const llmload::Summary& summary, llmload::Outcome outcome) {
  return summary.by_outcome[static_cast<std::size_t>(outcome)];
}

}  // namespace test
