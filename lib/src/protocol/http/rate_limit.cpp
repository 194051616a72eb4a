#include "protocol/http/rate_limit.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

using std::chrono::nanoseconds;

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
    return false;
  }
  return true;
}

std::optional<nanoseconds> RateLimit::retry_after(std::chrono::sys_seconds now) const {
  if (after_ms_) return after_ms_;
  if (after_) return after_;
  if (!at_) return std::nullopt;
  const auto wait = *at_ - server_now_.value_or(now);
  return wait.count() > 0 && static_cast<double>(wait.count()) <= longest_wait
             ? std::optional<nanoseconds>(wait)
             : std::nullopt;
}

std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  bool good = true;
  const auto digits = [&](std::size_t at, std::size_t size) {
    unsigned value = 0;
    const char* const end = text.data() + at + size;
    const auto read = std::from_chars(text.data() + at, end, value);
    good = good && read.ec == std::errc() && read.ptr == end;
    return value;
  };
  const auto month = std::ranges::find(months, text.substr(8, 3));
  const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(digits(12, 4))),
                                        std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
                                        std::chrono::day(digits(5, 2)));
  const std::chrono::seconds of_day = std::chrono::hours(digits(17, 2)) +
                                      std::chrono::minutes(digits(20, 2)) +
                                      std::chrono::seconds(digits(23, 2));
  if (!good || month == months.end() || !day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + of_day;
}

nanoseconds backoff(unsigned attempt, double uniform) {
  constexpr double first = 0.5, longest = 30;  // s
  const double wait = std::min(longest, first * std::exp2(std::min(attempt, 20U) - 2.0));
  return nanoseconds(static_cast<std::int64_t>(wait * (1 - uniform / 4) * 1e9));
}

}  // namespace llmload::protocol
