#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace llmload::calibration {

/// What the simulated endpoint says of one answer.
struct Truth {
  using Time = std::chrono::steady_clock::time_point;

  struct Event {
    Time sent;
    std::uint64_t tokens = 0;
    std::optional<Time> due;
  };
  Time received;
  std::vector<Event> events;  ///< with tokens
  Time done;
  std::optional<Time> due;  ///< of a whole answer
};

/// A truth file's answers by the request's id. Throws InputError with file and line.
std::unordered_map<std::string, Truth> read_truth(const std::string& path);

}  // namespace llmload::calibration
