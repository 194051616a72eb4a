#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "llmload/condition.hpp"
#include "llmload/summary.hpp"
#include "validation/refuse.hpp"
#include "validation/rules.hpp"

namespace llmload::validation {
namespace {

void check_timeouts(const Timeouts& timeouts) {
  for (const auto& [name, limit] :
       {std::pair("connect", &Timeouts::connect), std::pair("tls", &Timeouts::tls),
        std::pair("first_byte", &Timeouts::first_byte), std::pair("first_token", &Timeouts::first_token),
        std::pair("idle", &Timeouts::idle), std::pair("total", &Timeouts::total)})
    require_in(limits::timeout, std::string("timeouts.") + name, timeouts.*limit);
}

void check_goodput(const Goodput& goodput) {
  if (!goodput.ttft_ms && !goodput.tpot_ms && !goodput.e2e_ms)
    refuse("goodput", "has none of ttft_ms, tpot_ms and e2e_ms: each request would be a good one");
  for (const auto& [name, limit] :
       {std::pair("ttft_ms", goodput.ttft_ms), std::pair("tpot_ms", goodput.tpot_ms),
        std::pair("e2e_ms", goodput.e2e_ms)})
    if (limit) require_in(limits::goodput_ms, std::string("goodput.") + name, *limit);
}

void check_quota(const Quota& quota) {
  if (!quota.tokens_per_minute && !quota.requests_per_minute)
    refuse("quota", "has neither tokens_per_minute nor requests_per_minute: it would be none");
  for (const auto& [name, limit] : {std::pair("quota.tokens_per_minute", quota.tokens_per_minute),
                                    std::pair("quota.requests_per_minute", quota.requests_per_minute)})
    if (limit) require_in(limits::quota, name, *limit);
}

void check_budget(const Plan& plan) {
  const Budget& budget = plan.budget;
  if (budget.requests) require_in(limits::requests, "budget.requests", *budget.requests);
  if (budget.tokens) require_in(limits::budget_tokens, "budget.tokens", *budget.tokens);
  if (budget.cost) require_in(limits::cost, "budget.cost", *budget.cost);
  if (budget.cost && !plan.price) refuse("budget.cost", "needs a price: what tokens cost (PRICE)");
}

void check_fail_if(const Plan& plan) {
  for (std::size_t i = 0; i < plan.fail_if.size(); ++i) {
    const Condition& condition = plan.fail_if[i];
    try {
      (void)value_of(Summary{}, condition.value);
    } catch (const InputError& e) {
      refuse(item("fail_if", i), e.what());
    }
    const auto is_meant = [&condition](const Stage& stage) { return condition.is_about(stage); };
    if (!plan.stage_source && std::ranges::none_of(plan.stages, is_meant))
      refuse(item("fail_if", i),
             "speaks of a stage \"" + condition.stage + "\", which the run does not have");
  }
}

}  // namespace

void check_numbers(const Plan& plan) {
  require_in(limits::max_tokens, "max_tokens", plan.max_tokens.least());
  require_in(limits::max_tokens, "max_tokens", plan.max_tokens.most());
  require_in(limits::temperature, "temperature", plan.temperature);
  require_in(limits::top_p, "top_p", plan.top_p);
  check_timeouts(plan.timeouts);
  if (plan.ready_timeout) require_in(limits::timeout, "ready_timeout", *plan.ready_timeout);
  require_in(limits::response_bytes, "max_response_bytes", plan.max_response_bytes);
  if (plan.max_waiting_bytes) require_in(limits::waiting_bytes, "max_waiting_bytes", *plan.max_waiting_bytes);
  if (plan.retry.rate_limited) {
    require_in(limits::retries, "retry.most", plan.retry.most);
    require_in(limits::retry_budget, "retry.budget", plan.retry.budget);
  }
  if (plan.quota) check_quota(*plan.quota);
  if (plan.price) {
    require_in(limits::price, "price.input", plan.price->input);
    require_in(limits::price, "price.output", plan.price->output);
  }
  if (plan.max_error_rate) require_in(limits::error_rate, "max_error_rate", *plan.max_error_rate);
  require_in(limits::cores, "cores", plan.cores);
  require_in(limits::threshold_tps, "threshold_tps", plan.threshold_tps);
  if (plan.goodput) check_goodput(*plan.goodput);
  check_budget(plan);
  check_fail_if(plan);
}

}  // namespace llmload::validation
