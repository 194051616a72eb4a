#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "llmload/fault.hpp"

namespace llmload::simulator {

/// What Simulator tells of; read by other threads.
struct Counts {
  std::atomic<std::uint64_t> connections{0}, requests{0}, events{0};
  std::array<std::atomic<std::uint64_t>, fault_count> faults{};

  void add(Fault fault) { faults[static_cast<std::size_t>(fault)].fetch_add(1, std::memory_order_relaxed); }
};

}  // namespace llmload::simulator
