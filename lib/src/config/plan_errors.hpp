#pragma once

#include <string>

#include "config/entries.hpp"
#include "llmload/error.hpp"

namespace llmload::config {

/// What is wrong with a plan that was made of `entries`, told by the key that gave the member, and by where
/// it was given: "parameters.json: /MODEL_ENDPOINTS/1: mixes ...". `where`: the parameters' file, for a
/// member that nothing gave.
std::string told_by_key(const PlanError& error, const Entries& entries, const std::string& where);

}  // namespace llmload::config
