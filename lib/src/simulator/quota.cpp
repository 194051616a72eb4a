#include "simulator/quota.hpp"

#include <algorithm>

#include "text/number.hpp"

namespace llmload::simulator {
namespace {

constexpr std::chrono::seconds window{10};
constexpr std::uint64_t windows_a_minute = 6;

std::string fields_of(const char* what, const WindowBudget& budget) {
  if (!budget.is_limited()) return "";
  return "x-ratelimit-limit-" + std::string(what) + ": " + std::to_string(budget.per_minute()) +
         "\r\nx-ratelimit-remaining-" + what + ": " + std::to_string(budget.remaining()) + "\r\n";
}

}  // namespace

WindowBudget::WindowBudget(std::optional<std::uint64_t> per_minute)
    : per_minute_(per_minute),
      window_(std::max<std::uint64_t>(per_minute.value_or(0) / windows_a_minute, 1)) {}

double WindowBudget::used_share() const {
  return is_limited() ? static_cast<double>(used_) / static_cast<double>(window_) : 0;
}

Quota::Verdict Quota::charge(std::uint64_t tokens, net::Time now) {
  if (now - window_begin_ >= window) {
    window_begin_ += (now - window_begin_) / window * window;
    tokens_.renew();
    requests_.renew();
  }
  if (!tokens_.has(tokens)) return Verdict::no_tokens;
  if (!requests_.has(1)) return Verdict::no_requests;
  tokens_.use(tokens);
  requests_.use(1);
  return Verdict::admitted;
}

std::chrono::nanoseconds Quota::until_renewed(net::Time now) const { return window_begin_ + window - now; }

std::string Quota::rate_limit_fields() const {
  return fields_of("requests", requests_) + fields_of("tokens", tokens_);
}

std::string Quota::utilization_field() const {
  if (!is_limited()) return "";
  const double share = std::max(tokens_.used_share(), requests_.used_share());
  return "azure-openai-deployment-utilization: " + text::decimals(100 * share, 1) + "%\r\n";
}

std::string retry_fields(std::chrono::nanoseconds wait) {
  return "retry-after: " + std::to_string(whole_seconds(wait).count()) +
         "\r\nretry-after-ms: " + std::to_string(std::chrono::ceil<std::chrono::milliseconds>(wait).count()) +
         "\r\n";
}

std::chrono::seconds whole_seconds(std::chrono::nanoseconds wait) {
  return std::chrono::ceil<std::chrono::seconds>(wait);
}

}  // namespace llmload::simulator
