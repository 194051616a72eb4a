#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/error.hpp"
#include "llmload/result.hpp"
#include "metrics/record_check.hpp"
#include "text/utf8.hpp"

namespace llmload::report {

/// A member that may be absent or null. Throws InputError where it is something other than a T.
template <class T>
std::optional<T> find(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || value->is_null()) return std::nullopt;
  auto result = boost::json::try_value_to<T>(*value);
  if (!result) throw InputError('/' + std::string(name) + ": " + result.error().message());
  return std::move(*result);
}

/// Likewise; throws InputError where it is absent or null, too.
template <class T>
T get(const boost::json::object& object, std::string_view name) {
  auto value = find<T>(object, name);
  if (!value) throw InputError('/' + std::string(name) + ": is missing");
  return std::move(*value);
}

using metrics::is_time;

/// A time, which may be absent. Throws InputError where it is something else.
inline Stamp find_ns(const boost::json::object& object, std::string_view name) {
  const auto ns = find<std::int64_t>(object, name);
  if (!ns) return std::nullopt;
  const std::chrono::nanoseconds time(*ns);
  if (!is_time(time)) throw InputError('/' + std::string(name) + ": is out of its range");
  return time;
}

/// Likewise; throws InputError where it is absent or null, too.
inline std::chrono::nanoseconds get_ns(const boost::json::object& object, std::string_view name) {
  get<std::int64_t>(object, name);
  return *find_ns(object, name);
}

/// A point of CLOCK_MONOTONIC, as files have it.
inline std::int64_t in_ns(std::chrono::steady_clock::time_point time) {
  return std::chrono::nanoseconds(time.time_since_epoch()).count();
}

/// What is not known is null.
template <class T>
boost::json::value or_null(const std::optional<T>& value) {
  return value ? boost::json::value(*value) : boost::json::value(nullptr);
}

inline boost::json::value text_or_null(const std::string& text) {
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(text::valid_utf8(text));
}

inline boost::json::array strings(const std::vector<std::string>& lines) {
  boost::json::array array;
  for (const std::string& line : lines) array.emplace_back(text::valid_utf8(line));
  return array;
}

inline boost::json::array lost(const std::vector<LostOutput>& outputs) {
  boost::json::array array;
  for (const LostOutput& output : outputs) array.emplace_back(text::valid_utf8(output.text()));
  return array;
}

/// An array of {code, value, limit, text}.
inline boost::json::array invalid(const std::vector<InvalidReason>& reasons) {
  boost::json::array array;
  for (const InvalidReason& reason : reasons) {
    array.push_back({{"code", reason.code},
                     {"value", or_null(reason.value)},
                     {"limit", or_null(reason.limit)},
                     {"text", text::valid_utf8(reason.text)}});
  }
  return array;
}

}  // namespace llmload::report
