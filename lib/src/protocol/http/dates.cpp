#include "protocol/http/dates.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace llmload::protocol {
namespace {

using std::chrono::hours, std::chrono::minutes, std::chrono::seconds, std::chrono::sys_seconds;

/// Numbers of a text of fixed places.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text) {}

  unsigned operator()(std::size_t at, std::size_t size) {
    unsigned value = 0;
    const char* const end = text_.data() + at + size;
    const auto read = std::from_chars(text_.data() + at, end, value);
    good_ = good_ && read.ec == std::errc() && read.ptr == end;
    return value;
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string_view text_;
  bool good_ = true;
};

std::optional<sys_seconds> time_of(unsigned year, unsigned month, unsigned day, seconds of_day) {
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day));
  return date.ok() ? std::optional(std::chrono::sys_days(date) + of_day) : std::nullopt;
}

/// Of the day, where "hh:mm:ss" stands at `at`.
seconds time_of_day(Digits& digits, std::size_t at) {
  const unsigned h = digits(at, 2), m = digits(at + 3, 2), s = digits(at + 6, 2);
  return hours(h) + minutes(m) + seconds(s);
}

}  // namespace

std::optional<sys_seconds> read_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  Digits digits(text);
  const auto month = static_cast<unsigned>(std::ranges::find(months, text.substr(8, 3)) - months.begin()) + 1;
  const auto time = time_of(digits(12, 4), month, digits(5, 2), time_of_day(digits, 17));
  return digits.good() ? time : std::nullopt;
}

std::optional<sys_seconds> read_rfc3339(std::string_view text) {
  constexpr std::size_t date_and_time = 19, offset_size = 6;
  if (text.size() <= date_and_time || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  Digits digits(text);
  auto time = time_of(digits(0, 4), digits(5, 2), digits(8, 2), time_of_day(digits, 11));
  std::string_view rest = text.substr(date_and_time);
  if (rest.starts_with('.')) {
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
    if (time) *time += seconds(1);
  }
  if (!digits.good() || !time) return std::nullopt;
  if (rest == "Z" || rest == "z") return time;
  if (rest.size() != offset_size || (rest[0] != '+' && rest[0] != '-')) return std::nullopt;
  Digits of_offset(rest);
  const seconds offset = hours(of_offset(1, 2)) + minutes(of_offset(4, 2));
  if (!of_offset.good()) return std::nullopt;
  return rest[0] == '+' ? *time - offset : *time + offset;
}

}  // namespace llmload::protocol
