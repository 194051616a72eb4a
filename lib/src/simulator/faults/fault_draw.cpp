#include "simulator/faults/fault_draw.hpp"

#include <algorithm>
#include <string>

#include "llmload/error.hpp"

namespace llmload::simulator {

FaultDraw::FaultDraw(const std::vector<FaultRule>& rules, std::initializer_list<FaultLevel> levels,
                     std::uint64_t seed)
    : random_(seed) {
  for (const FaultRule& rule : rules) {
    if (!(rule.probability >= 0 && rule.probability <= 1)) {
      throw InputError("the probability of fault " + std::string(to_string(rule.fault)) + " is " +
                       std::to_string(rule.probability) + "; it must be a number from 0 to 1");
    }
    if (std::ranges::find(levels, level_of(rule.fault)) != levels.end()) rules_.push_back(rule);
  }
}

std::optional<Fault> FaultDraw::draw(const std::function<bool(Fault)>& can_befall) {
  std::optional<Fault> drawn;
  for (const FaultRule& rule : rules_) {
    const double unit = static_cast<double>(random_() >> 11) * 0x1p-53;  // [0, 1)
    if (!drawn && unit < rule.probability && can_befall(rule.fault)) drawn = rule.fault;
  }
  return drawn;
}

}  // namespace llmload::simulator
