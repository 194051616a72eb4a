#pragma once

#include <memory>

#include "llmload/simulated_dialect.hpp"

namespace llmload::simulator {

/// Anthropic's Messages.
std::shared_ptr<const SimulatedDialect> make_simulated_anthropic();

}  // namespace llmload::simulator
