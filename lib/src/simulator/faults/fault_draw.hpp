#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <random>
#include <vector>

#include "llmload/fault.hpp"

namespace llmload::simulator {

/// Draws who is befallen by which fault. The same for a seed and the order of the draws.
class FaultDraw {
 public:
  /// Of `rules`, those on one of `levels`. Throws InputError for a probability that is none.
  FaultDraw(const std::vector<FaultRule>& rules, std::initializer_list<FaultLevel> levels,
            std::uint64_t seed);

  /// The first fault, in the order of the rules, that `can_befall` and is drawn. Each draw takes as many
  /// random numbers as there are rules, so that one that can't befall here does not change those that come
  /// later.
  std::optional<Fault> draw(const std::function<bool(Fault)>& can_befall);

 private:
  std::vector<FaultRule> rules_;
  std::mt19937_64 random_;
};

}  // namespace llmload::simulator
