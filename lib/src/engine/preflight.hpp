#pragma once

#include <cstdint>

#include "llmload/plan.hpp"
#include "workload/schedule.hpp"

namespace llmload::engine {

/// What the machine gives a run.
struct Resources {
  std::uint64_t descriptors = 0;  ///< this process may still open
  std::uint64_t ports = 0;        ///< local ones, for connections to one address
  std::uint64_t memory = 0;       ///< bytes
};
Resources resources_of_this_machine();

/// That the answers of a run of `plan` may hold together.
[[nodiscard]] std::uint64_t waiting_bytes(const Plan& plan, const Resources& available);

/// Throws InputError, with the figure, where a stage of the plan needs more than there is: descriptors, ports
/// or memory. `schedule`: the stage's, where it is an open loop.
void check_resources(const Plan& plan, const Stage& stage, const workload::Schedule& schedule,
                     const Resources& available);

}  // namespace llmload::engine
