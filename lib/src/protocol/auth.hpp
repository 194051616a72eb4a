#pragma once

#include <string>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// The header line (with its CRLF) that carries `key` to `endpoint` as the plan says; "" where none is sent.
std::string auth_header(const Plan& plan, const Endpoint& endpoint, const std::string& key);

}  // namespace llmload::protocol
