#pragma once

#include <optional>
#include <variant>

#include "llmload/summary.hpp"

namespace llmload::metrics_test {

/// A metric of a summary that is made by hand, to set it.
inline std::optional<Distribution>& distribution_of(Summary& s, const char* key) {
  return std::get<std::optional<Distribution>>(s.values[key]);  // which a new value is
}
inline std::optional<double>& number_of(Summary& s, const char* key) {
  return std::get<std::optional<double>>(s.values.emplace(key, std::optional<double>()).first->second);
}

}  // namespace llmload::metrics_test
