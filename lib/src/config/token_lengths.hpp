#pragma once

#include <optional>

#include "config/parameter_reader.hpp"
#include "llmload/token_lengths.hpp"

namespace llmload::config {

/// A number of tokens, {"mean", "sd", "min", "max"} of a normal distribution, or {"lognormal": {the same}}.
/// Throws InputError.
TokenLengths read_token_lengths(const Parameter& parameter, const WholeNumbers& allowed);

/// Likewise seconds, as a law of whole milliseconds. Empty: none.
std::optional<TokenLengths> read_milliseconds(const Parameter& parameter, const Numbers& allowed);

}  // namespace llmload::config
