#pragma once

#include <optional>
#include <string>

namespace llmload::text {

/// `value` with exactly `count` decimals; `.` in every locale.
std::string decimals(double value, int count);
/// Rounded to two decimals, without trailing zeros.
std::string rounded(double value);
/// As many digits as it takes to tell it from every other number: 0.001.
std::string shortest(double value);
/// Money: two decimals, below 1 with four.
std::string cost(double value);
/// In at most 5 characters, of a number from 0 to 1e14: "0.012", "1.23", "123", "12345", "123k", "1.23M".
std::string brief(double value);
/// rounded(), or `empty` for what is not known.
std::string rounded_or(const std::optional<double>& value, const char* empty);

}  // namespace llmload::text
