#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "llmload/plan.hpp"

namespace llmload::workload {

/// What request `index` of `stage`, which is the run's number `number`, asks. Throws what the plan's source
/// throws, and InputError where that gives nothing.
std::shared_ptr<const RequestSpec> spec_of(const Plan& plan, const Stage& stage, std::size_t number,
                                           std::uint64_t index);

/// How many tokens it asks for.
unsigned max_tokens_of(const Plan& plan, const Stage& stage, const RequestSpec& spec, std::uint64_t index);

}  // namespace llmload::workload
