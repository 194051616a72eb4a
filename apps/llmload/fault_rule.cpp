#include "fault_rule.hpp"

#include <charconv>
#include <llmload/error.hpp>
#include <string>

namespace llmload::cli {

FaultRule parse_fault_rule(std::string_view text) {
  const std::size_t colon = text.find(':');
  FaultRule rule{parse_fault(text.substr(0, colon))};
  if (colon == std::string_view::npos) return rule;
  const std::string_view number = text.substr(colon + 1);
  const char* const end = number.data() + number.size();
  const auto [stopped, error] = std::from_chars(number.data(), end, rule.probability);
  if (error != std::errc() || stopped != end || !(rule.probability >= 0 && rule.probability <= 1)) {
    throw InputError("the probability of fault " + std::string(to_string(rule.fault)) + " is \"" +
                     std::string(number) + "\"; it must be a number from 0 to 1");
  }
  return rule;
}

}  // namespace llmload::cli
