#pragma once

#include <string>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// The header line (with its CRLF) that carries the plan's key to `endpoint`; "" where none is sent.
std::string auth_header(const Plan& plan, const Endpoint& endpoint);

}  // namespace llmload::protocol
