#pragma once

#include <cstdint>
#include <string>

#include "llmload/plan.hpp"

namespace llmload::workload {

/// An open loop's requests, counted before the run: 0 to measured_from - 1 are the warm-up, then up to
/// measured_until - 1 the measured window, then up to end - 1 the cool-down.
struct Schedule {
  std::uint64_t measured_from = 0, measured_until = 0, end = 0;
  double mean_rate = 0;  ///< requests a second, from the stage's start to the last due time
  std::string hash;      ///< schedule_hash() of all

  [[nodiscard]] bool measures(std::uint64_t index) const {
    return index >= measured_from && index < measured_until;
  }
};

/// Of a stage with a pacer, without the hash; the window may be empty. Throws InputError where the due times
/// are negative or decrease, and where they are more than 100 million.
Schedule lay_out(const Stage& stage);

/// Likewise, with the hash. Throws InputError also where no request is due in the measured window.
Schedule make_schedule(const Stage& stage);

/// Connections that are opened before an open loop: as the stage says, else as many as its cap, else twice
/// its rate; of the last two at most 1,000.
unsigned opened_before(const Stage& stage, const Schedule& schedule);

}  // namespace llmload::workload
