#pragma once

#include <llmload/fault.hpp>
#include <string_view>

namespace llmload::cli {

/// "NAME" or "NAME:PROBABILITY", the latter from 0 to 1. Throws InputError.
FaultRule parse_fault_rule(std::string_view text);

}  // namespace llmload::cli
