#pragma once

#include "config/parameter_reader.hpp"
#include "llmload/token_lengths.hpp"

namespace llmload::config {

/// A number of tokens, {"mean", "sd", "min", "max"} of a normal distribution, or {"lognormal": {the same}}.
/// Throws InputError.
TokenLengths read_token_lengths(const Parameter& parameter, const WholeNumbers& allowed);

}  // namespace llmload::config
