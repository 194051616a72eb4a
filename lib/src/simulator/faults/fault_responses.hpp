#pragma once

#include <ctime>
#include <optional>
#include <string>

#include "llmload/fault.hpp"
#include "simulator/server/exchange.hpp"

namespace llmload::simulator {

/// The whole answer, HTTP and all, of the faults that are another one: a status, a redirect, an empty body.
/// Empty for the others. `now`: what a date in it counts from.
std::optional<std::string> fault_response(Fault fault, const Exchange& exchange, std::time_t now);

/// A second answer, to no request.
std::string unasked_answer(const Exchange& exchange);

}  // namespace llmload::simulator
