#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace llmload::calibration {

/// What the simulated endpoint says of one answer; all times are CLOCK_MONOTONIC, ns.
struct Truth {
  struct Event {
    std::int64_t sent = 0;
    std::uint64_t tokens = 0;
    std::optional<std::int64_t> due;
  };
  std::int64_t received = 0;
  std::vector<Event> events;  ///< with tokens
  std::int64_t done = 0;
  std::optional<std::int64_t> due;  ///< of a whole answer
};

/// A truth file's answers by the request's id. Throws InputError with file and line.
std::unordered_map<std::string, Truth> read_truth(const std::string& path);

}  // namespace llmload::calibration
