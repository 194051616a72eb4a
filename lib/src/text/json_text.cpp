#include "text/json_text.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>
#include <charconv>
#include <cmath>
#include <optional>

#include "llmload/error.hpp"
#include "text/json_scan.hpp"
#include "text/trim.hpp"
#include "text/utf8.hpp"

namespace llmload::text {

namespace json = boost::json;

namespace {

/// Where a text is no JSON: bytes before it, and what is wrong there.
struct Problem {
  std::size_t at = 0;
  std::string what;
};

/// The code unit of the escape \uXXXX at `at`; 0 where there is none.
unsigned escaped_unit(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "\\u" || text.size() < at + 6) return 0;
  unsigned unit = 0;
  const char* const digits = text.data() + at + 2;
  return std::from_chars(digits, digits + 4, unit, 16).ptr == digits + 4 ? unit : 0;
}

/// The first escape that is half of a surrogate pair, without the other half beside it. JSON has escapes in
/// its strings alone.
std::optional<Problem> find_half_pair(std::string_view text) {
  for (std::size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    const unsigned unit = escaped_unit(text, at);
    const bool high = unit >= 0xD800 && unit < 0xDC00, low = unit >= 0xDC00 && unit < 0xE000;
    const unsigned other = high ? escaped_unit(text, at + 6) : 0;
    const bool pair = other >= 0xDC00 && other < 0xE000;
    if (low || (high && !pair)) {
      return Problem{
          at, "half of a surrogate pair (" + std::string(text.substr(at, 6)) + " without its other half)"};
    }
    at += pair ? 12 : 2;
  }
  return std::nullopt;
}

/// A byte, with those that continue it in UTF-8; "" at the end.
std::string_view character_at(std::string_view text, std::size_t at) {
  std::size_t end = std::min(at + 1, text.size());
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) ++end;
  return text.substr(at, end - at);
}

/// What the parser's error means for `text`, which is JSON as far as `good`.
Problem explain(std::string_view text, std::size_t good, json::error_code ec) {
  if (trimmed(text).empty()) return {good, "it is empty"};
  constexpr std::size_t pair = 12;  // the parser may stop anywhere in one
  if (auto half = find_half_pair(text.substr(0, good + pair)); half && half->at + pair >= good) return *half;
  if (ec == json::error::incomplete) return {good, "it ends here, in the middle: " + ec.message()};
  if (ec == json::error::extra_data) return {good, "more text behind the end of the JSON: " + ec.message()};
  const std::string found(character_at(text, good));
  if (found.empty()) return {good, ec.message()};
  if (static_cast<unsigned char>(found[0]) < 0x20)
    return {good,
            ec.message() + ": a line end or another control character, which a string may only hold escaped"};
  if (is_utf8(found)) return {good, ec.message() + " at '" + found + "'"};
  return {good, ec.message() + ": a byte that is not UTF-8"};
}

std::optional<Problem> parse(std::string_view text, const json::parse_options& options, json::value& value) {
  json::stream_parser parser({}, options);
  json::error_code ec;
  std::size_t good = parser.write_some(text.data(), text.size(), ec);
  if (!ec && text.find_first_not_of(" \t\r\n", good) != std::string_view::npos) {
    ec = json::error::extra_data;
    good = text.find_first_not_of(" \t\r\n", good);
  }
  if (!ec) parser.finish(ec);
  if (ec) return explain(text, good, ec);
  value = parser.release();
  return std::nullopt;
}

/// From 1.
std::size_t column_at(std::string_view before) {
  return before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
}

std::string in_column(const Problem& problem) {
  return "invalid JSON at column " + std::to_string(problem.at + 1) + ": " + problem.what;
}

}  // namespace

bool is_finite(const json::value& value) {
  if (value.is_double()) return std::isfinite(value.get_double());
  if (value.is_array()) return std::ranges::all_of(value.get_array(), is_finite);
  const auto member_is = [](const auto& member) { return is_finite(member.value()); };
  return !value.is_object() || std::ranges::all_of(value.get_object(), member_is);
}

std::string_view kind_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "true or false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: return "a number";
    case json::kind::string: return "a string";
    case json::kind::array: return "a list";
    case json::kind::object: break;
  }
  return "an object";
}

json::value parse_json(std::string_view text, const std::string& file) {
  text = without_mark(text);
  json::value value;
  const auto problem = parse(text, {}, value);
  if (!problem) return value;
  const std::string_view before = text.substr(0, problem->at);
  throw InputError(file + ": invalid JSON at line " + std::to_string(std::ranges::count(before, '\n') + 1) +
                   ", column " + std::to_string(column_at(before)) + ": " + problem->what);
}

json::value parse_json_line(std::string_view line, const std::string& place,
                            const json::parse_options& options) {
  json::value value;
  const auto problem = parse(without_mark(line), options, value);
  if (problem) throw InputError(place + ": " + in_column(*problem));
  return value;
}

json::value parse_json_row(std::string_view line) {
  json::error_code ec;
  json::value value = json::parse({line.data(), line.size()}, ec);
  if (ec) throw InputError(problem_of_json_line(line));
  if (const auto twice = name_given_twice(line)) throw InputError("has \"" + *twice + "\" twice");
  return value;
}

std::string problem_of_json_line(std::string_view line) {
  json::value value;
  const auto problem = parse(without_mark(line), {}, value);
  return problem ? in_column(*problem) : "";
}

}  // namespace llmload::text
