#include "protocol/http/rate_limit.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "protocol/http/dates.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

using std::chrono::nanoseconds;

constexpr std::string_view anthropic = "anthropic-ratelimit-";
constexpr std::array<std::string_view, 4> anthropic_limits = {"requests-", "tokens-", "input-tokens-",
                                                              "output-tokens-"};

constexpr double longest_wait = 7 * 24 * 3600;  // s; more is no time to wait

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
  return whole ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> count(std::string_view text) {
  const auto value = number(text);
  return value && *value >= 0 && *value < 1e15 ? std::optional(static_cast<std::int64_t>(*value))
                                               : std::nullopt;
}

std::optional<nanoseconds> time(std::string_view text, double unit) {
  const auto value = number(text);
  if (!value || *value <= 0 || *value * unit > longest_wait) return std::nullopt;
  return nanoseconds(static_cast<std::int64_t>(*value * unit * 1e9));
}

std::optional<std::uint32_t> share(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  const auto percent = number(text);
  if (!percent || *percent < 0 || *percent > 1000) return std::nullopt;
  return static_cast<std::uint32_t>(std::lround(*percent * 1e4));
}

}  // namespace

bool RateLimit::take(std::string_view name, std::string_view value) {
  if (text::iequals(name, "retry-after-ms")) {
    after_ms_ = time(value, 1e-3);
  } else if (text::iequals(name, "retry-after")) {
    after_ = time(value, 1);
    at_ = read_http_date(value);
  } else if (text::iequals(name, "date")) {
    server_now_ = read_http_date(value);
  } else if (text::iequals(name, "x-ratelimit-remaining-requests")) {
    remaining_requests = count(value);
  } else if (text::iequals(name, "x-ratelimit-remaining-tokens")) {
    remaining_tokens = count(value);
  } else if (text::iequals(name, "azure-openai-deployment-utilization")) {
    utilization_millionths = share(value);
  } else {
    return take_anthropic(name, value);
  }
  return true;
}

/// It has a limit for all tokens, and one for each direction: the tightest tells what is left.
bool RateLimit::take_anthropic(std::string_view name, std::string_view value) {
  if (!text::iequals(name.substr(0, anthropic.size()), anthropic)) return false;
  const std::string rest = text::lower(name.substr(anthropic.size()));
  for (std::size_t i = 0; i < anthropic_limits.size(); ++i) {
    if (!rest.starts_with(anthropic_limits[i])) continue;
    if (rest.ends_with("-reset")) limits_[i].renewed_at = read_rfc3339(value);
    if (!rest.ends_with("-remaining")) return true;
    const auto left = count(value);
    limits_[i].is_used_up = left == 0;
    auto& remaining = i == 0 ? remaining_requests : remaining_tokens;
    if (left) remaining = std::min(*left, remaining.value_or(*left));
    return true;
  }
  return true;
}

std::optional<std::chrono::sys_seconds> RateLimit::renewal() const {
  std::optional<std::chrono::sys_seconds> latest;
  for (const Limit& limit : limits_) {
    if (limit.is_used_up) latest = std::max(latest, limit.renewed_at);
  }
  return latest;
}

std::optional<nanoseconds> RateLimit::retry_after(std::chrono::sys_seconds now) const {
  if (after_ms_) return after_ms_;
  if (after_) return after_;
  const auto at = at_ ? at_ : renewal();
  if (!at) return std::nullopt;
  const auto wait = *at - server_now_.value_or(now);
  return wait.count() > 0 && static_cast<double>(wait.count()) <= longest_wait
             ? std::optional<nanoseconds>(wait)
             : std::nullopt;
}

nanoseconds backoff(unsigned attempt, double uniform) {
  constexpr double first = 0.5, longest = 30;  // s
  const double wait = std::min(longest, first * std::exp2(std::min(attempt, 20U) - 2.0));
  return nanoseconds(static_cast<std::int64_t>(wait * (1 - uniform / 4) * 1e9));
}

}  // namespace llmload::protocol
