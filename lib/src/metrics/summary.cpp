#include "llmload/summary.hpp"

#include <variant>

namespace llmload {
namespace {

/// The value of a metric, where there is one of that kind.
template <class Value>
const std::optional<Value>& find_value(const MetricValues& values, std::string_view key) noexcept {
  static constexpr std::optional<Value> none;
  const auto found = values.find(key);
  const auto* value = found == values.end() ? nullptr : std::get_if<std::optional<Value>>(&found->second);
  return value == nullptr ? none : *value;
}

}  // namespace

const std::optional<Distribution>& Summary::distribution(std::string_view key) const noexcept {
  return find_value<Distribution>(values, key);
}

const std::optional<double>& Summary::number(std::string_view key) const noexcept {
  return find_value<double>(values, key);
}

}  // namespace llmload
