#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "llmload/run.hpp"
#include "unit/validation/refusal.hpp"

namespace validate_test {

using namespace llmload;

TEST_CASE("run() and check() refuse what validate() refuses, with the member and what is wrong") {
  Plan plan = test::plan_for("https://h/v1/chat/completions", {{ClosedLoop{1}, 1}});
  CHECK_NOTHROW(validate(plan));
  plan.top_p = 7;
  const std::function<void()> calls[] = {[&] { (void)run(plan); }, [&] { check(plan); },
                                         [&] { validate(plan); }};
  for (const auto& call : calls) {
    try {
      call();
      FAIL("it was taken");
    } catch (const PlanError& e) {
      CHECK(e.member() == "top_p");
      CHECK(e.problem() == "is 7; it must be a number from 0 to 1");
      CHECK(std::string(e.what()) == "top_p is 7; it must be a number from 0 to 1");
    }
  }
}

TEST_CASE("neither the source nor a pacer is asked") {
  struct Nobody : RequestSource, Pacer {
    [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation&) const override { throw 1; }
    [[nodiscard]] std::optional<std::chrono::nanoseconds> due(std::uint64_t) const override { throw 2; }
  };
  Plan plan = test::plan_for("https://h/v1/chat/completions", {{ClosedLoop{1}, 1}});
  const auto nobody = std::make_shared<Nobody>();
  plan.source = nobody;
  plan.stages[0].loop = OpenLoop{nobody};
  CHECK_NOTHROW(validate(plan));
}

}  // namespace validate_test
