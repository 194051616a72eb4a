#include "dataset/trace/trace_time.hpp"

#include <algorithm>
#include <charconv>

#include "workload/pacers/due_time.hpp"

namespace llmload::dataset {
namespace {

using std::chrono::nanoseconds;

/// Takes `digits` digits off `text`; -1 where it does not begin so.
int take_digits(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) return -1;
  const char* const end = text.data() + digits;
  if (std::from_chars(text.data(), end, value).ptr != end || value < 0) return -1;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

/// ".009930", or nothing.
std::optional<nanoseconds> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return nanoseconds{0};
  std::int64_t ns = 0, unit = 100'000'000;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return std::nullopt;
  for (const char digit : text.substr(0, digits)) {
    ns += (digit - '0') * unit;
    unit /= 10;
  }
  text.remove_prefix(digits);
  return nanoseconds{ns};
}

/// "+02:00", "Z", or nothing: the time is so far ahead of UTC.
std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  using std::chrono::minutes;
  if (text.empty() || take(text, 'Z')) return minutes{0};
  const bool west = text.front() == '-';
  if (!take(text, west ? '-' : '+')) return std::nullopt;
  const int hours = take_digits(text, 2);
  (void)take(text, ':');
  const int rest = text.empty() ? 0 : take_digits(text, 2);
  if (hours < 0 || rest < 0) return std::nullopt;
  return minutes{west ? -(hours * 60 + rest) : hours * 60 + rest};
}

std::optional<nanoseconds> date_and_time(std::string_view text) {
  using namespace std::chrono;
  const int y = take_digits(text, 4);
  if (y < 0 || !take(text, '-')) return std::nullopt;
  const int m = take_digits(text, 2);
  if (m < 0 || !take(text, '-')) return std::nullopt;
  const int d = take_digits(text, 2);
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (d < 0 || !date.ok() || y < 1970 || y > 2200 || !(take(text, ' ') || take(text, 'T')))
    return std::nullopt;
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return std::nullopt;
  const int second = take_digits(text, 2);
  if (second < 0 || second > 60) return std::nullopt;
  const auto fraction = take_fraction(text);
  const auto ahead = take_zone(text);
  if (!fraction || !ahead || !text.empty()) return std::nullopt;
  return nanoseconds(sys_days{date}.time_since_epoch()) + hours{hour} + minutes{minute} + seconds{second} +
         *fraction - *ahead;
}

std::optional<nanoseconds> number(std::string_view text, double unit) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !(value >= 0)) return std::nullopt;
  return workload::whole_nanoseconds(value * unit);
}

}  // namespace

std::optional<nanoseconds> trace_time(std::string_view text) {
  if (const auto seconds = number(text, 1e9)) return seconds;
  return date_and_time(text);
}

std::optional<nanoseconds> trace_milliseconds(std::string_view text) { return number(text, 1e6); }

}  // namespace llmload::dataset
