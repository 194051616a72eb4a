#pragma once

#include <chrono>
#include <functional>
#include <llmload/llmload.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace test {

/// A plan that sends "hello" to `url`; the tests change what they are about.
inline llmload::Plan plan_for(const std::string& url, std::vector<llmload::Stage> stages) {
  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(url)};
  plan.api_key = llmload::Secret("a-key-that-nobody-may-see");
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"hello"});
  plan.stages = std::move(stages);
  plan.max_tokens = 2;
  plan.cores = 1;
  return plan;
}

/// What request `index` of stage number `stage` asks first.
inline std::string prompt_of(const llmload::Plan& plan, std::size_t stage, std::uint64_t index) {
  return plan.source->next({plan.salt, stage, index})->messages.at(0).text;
}

/// Asks what a function of the index gives.
struct PromptsBy : llmload::RequestSource {
  explicit PromptsBy(std::function<std::string(std::uint64_t)> give) : give_(std::move(give)) {}
  std::shared_ptr<const llmload::RequestSpec> next(const llmload::Conversation& of) const override {
    return std::make_shared<const llmload::RequestSpec>(llmload::ask(give_(of.index)));
  }
  std::function<std::string(std::uint64_t)> give_;
};

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

/// Keeps the records of a run, and when its last stage began.
struct RecordKeeper : llmload::Sink {
  void on_record(const llmload::RequestRecord& record) override { records.push_back(record); }
  void on_stage(const llmload::Summary& summary) override { started_at = summary.started_at; }
  std::vector<llmload::RequestRecord> records;
  std::chrono::steady_clock::time_point started_at;
};

inline std::uint64_t count(const llmload::Summary& summary, llmload::Outcome outcome) {
  return summary.by_outcome[static_cast<std::size_t>(outcome)];
}

}  // namespace test
