#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "llmload/error.hpp"
#include "llmload/plan.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"
#include "unit/text/checks.hpp"

namespace llmload::validation_test {

using Change = std::function<void(Plan&)>;

/// What validate() says of a plan that works, after `change`; "" where it takes it.
inline std::string refusal(const Change& change) {
  Plan plan = test::plan_for("https://h/v1/chat/completions?v=1", {{ClosedLoop{1}, 1}});
  change(plan);
  return error_of<PlanError>([&] { validate(plan); });
}

/// Each change is refused with what stands before it.
inline void check_refused(const std::vector<std::pair<std::string, Change>>& changes) {
  for (const auto& [problem, change] : changes) {
    INFO(problem);
    const std::string told = refusal(change);
    INFO(told);
    CHECK(told.starts_with(problem));
  }
}

inline void check_taken(const std::vector<Change>& changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    INFO("change " << i);
    CHECK(refusal(changes[i]) == "");
  }
}

}  // namespace llmload::validation_test
