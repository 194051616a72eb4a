#pragma once

#include <memory>

#include "llmload/simulated_dialect.hpp"

namespace llmload::simulator {

/// OpenAI's Responses. An answer that uses up its tokens is incomplete; events have no number (ADR 18).
std::shared_ptr<const SimulatedDialect> make_simulated_responses();

}  // namespace llmload::simulator
