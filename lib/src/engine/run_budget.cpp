#include "engine/run_budget.hpp"

#include <algorithm>
#include <string>

#include "metrics/record_facts.hpp"
#include "text/number.hpp"

namespace llmload::engine {

bool RunBudget::has_room() {
  if (used_up()) refused_.store(true, std::memory_order_relaxed);
  return !refused_.load(std::memory_order_relaxed);
}

bool RunBudget::take() {
  if (!has_room()) return false;
  const std::uint64_t before = requests_.fetch_add(1, std::memory_order_relaxed);
  if (!most_.requests || before < *most_.requests) return true;
  requests_.fetch_sub(1, std::memory_order_relaxed);
  refused_.store(true, std::memory_order_relaxed);
  return false;
}

void RunBudget::spend(const RequestRecord& record) {
  metrics::BilledTokens billed = metrics::billed_tokens(record);
  const bool is_answer = record.http_status >= 200 && record.http_status < 300;
  const bool is_counted = record.usage_completion_tokens || record.output_tokens;
  if (is_answer && !is_counted) billed.output = record.max_tokens;
  prompt_tokens_.fetch_add(billed.prompt, std::memory_order_relaxed);
  output_tokens_.fetch_add(billed.output, std::memory_order_relaxed);
}

std::optional<double> RunBudget::cost() const {
  if (!price_) return std::nullopt;
  return metrics::cost_of(
      {prompt_tokens_.load(std::memory_order_relaxed), output_tokens_.load(std::memory_order_relaxed)},
      *price_);
}

std::optional<InvalidReason> RunBudget::reached() const {
  return refused_.load(std::memory_order_relaxed) ? used_up() : std::nullopt;
}

std::optional<InvalidReason> RunBudget::used_up() const {
  const auto reason = [](const char* code, double used, double most,
                         const std::string& what) -> InvalidReason {
    return {code, used, most, what + " are used up: nothing more was begun"};
  };
  const std::uint64_t requests = requests_.load(std::memory_order_relaxed);
  if (most_.requests && requests >= *most_.requests) {
    return reason("max_requests", static_cast<double>(requests), static_cast<double>(*most_.requests),
                  "the run's " + std::to_string(*most_.requests) + " requests");
  }
  const std::uint64_t tokens =
      prompt_tokens_.load(std::memory_order_relaxed) + output_tokens_.load(std::memory_order_relaxed);
  if (most_.tokens && tokens >= *most_.tokens) {
    return reason("max_tokens", static_cast<double>(tokens), static_cast<double>(*most_.tokens),
                  "the run's " + std::to_string(*most_.tokens) + " tokens");
  }
  const std::optional<double> spent = cost();
  if (most_.cost && spent && *spent >= *most_.cost) {
    return reason("max_cost", *spent, *most_.cost,
                  "the run's " + text::shortest(*most_.cost) + ' ' + price_->currency);
  }
  return std::nullopt;
}

}  // namespace llmload::engine
