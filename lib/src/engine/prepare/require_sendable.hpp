#pragma once

#include "llmload/plan.hpp"

namespace llmload::engine {

/// Throws InputError where `spec`, which the plan's source gave for this request, could not be sent.
void require_sendable(const Plan& plan, const Conversation& conversation, const RequestSpec& spec);

}  // namespace llmload::engine
