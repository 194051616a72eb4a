#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "llmload/request_record.hpp"

namespace llmload::report {

/// A request on the page's time line.
struct Point {
  std::uint64_t number = 0;  ///< 1, 2, 3 ... in the order in which they ended
  std::uint64_t index = 0;
  std::chrono::nanoseconds start{0};        ///< since the stage's start
  std::chrono::nanoseconds took{0};         ///< from there to its end
  std::chrono::nanoseconds first_token{0};  ///< likewise to its first token; 0: it has none
  Outcome outcome = Outcome::ok;
  bool measured = true;

  bool operator==(const Point&) const = default;
};

/// `points` by their starts. Of more than `most` (at least 64) those that stay are, of each piece of time,
/// the fastest, the slowest and the slowest failure of each kind, and of all each second, fourth, eighth ...
/// number. `each`: that number, 1 at first. Where points are thinned again with others that came meanwhile it
/// says how dense those are that stayed.
std::vector<Point> thin(std::vector<Point> points, std::size_t most, std::uint64_t& each);

}  // namespace llmload::report
