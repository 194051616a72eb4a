#include "calibration_policy.hpp"

#include <algorithm>
#include <memory>

#include "support/catch.hpp"

namespace calibration_policy_test {

using namespace llmload;
using namespace std::chrono_literals;
using cli::CalibratedStage;

/// Whose stamps are as good as they can be.
CalibratedStage good() {
  CalibratedStage stage;
  stage.errors.compared = 100;
  stage.errors.endpoint_lateness = ErrorSpread{100, 0.01, most_endpoint_lateness, 0.3};
  const ErrorSpread small{100, 0.01, 1, 2};
  stage.errors.first_token = stage.errors.event_gap = stage.errors.e2e = stage.errors.sent = small;
  return stage;
}

TEST_CASE("a calibration whose errors are at their limits is valid") {
  CHECK(good().void_reason().empty());
  CHECK(good().reasons().empty());
}

TEST_CASE("a calibration is void where nothing could be compared or the endpoint itself was late") {
  CalibratedStage stage = good();
  stage.errors.endpoint_lateness->p99 = most_endpoint_lateness + 0.001;
  CHECK(stage.void_reason() ==
        "the simulated endpoint itself was late by 0.201 ms at p99, more than 0.200 ms");
  stage.errors.missing = stage.errors.compared;
  CHECK(stage.void_reason() == "no answer could be compared");
  stage = good();
  stage.errors.endpoint_lateness.reset();
  CHECK(stage.void_reason().empty());
}

TEST_CASE("each stamp that is off by more than a millisecond is a reason of its own") {
  const std::pair<std::optional<ErrorSpread> StageErrors::*, const char*> stamps[] = {
      {&StageErrors::first_token, "first tokens"},
      {&StageErrors::event_gap, "event gaps"},
      {&StageErrors::e2e, "ends of answers"},
      {&StageErrors::sent, "sent times"}};
  for (const auto& [stamp, name] : stamps) {
    CalibratedStage stage = good();
    (stage.errors.*stamp)->p99 = 1.001;
    CHECK(stage.reasons() ==
          std::vector<std::string>{std::string(name) + " are off by 1.001 ms at p99, more than 1.000 ms"});
    (stage.errors.*stamp).reset();
    CHECK(stage.reasons().empty());
  }
}

TEST_CASE("what failed, what the endpoint does not know and what spoils the stage are reasons, too") {
  CalibratedStage stage = good();
  stage.summary.invalid_reasons = {{"client_busy", 0.95, 0.9, "the client was too busy"}};
  stage.errors.missing = 3;
  stage.summary.failed = 2;
  CHECK(stage.reasons() == std::vector<std::string>{"the client was too busy",
                                                    "3 of 100 answers are not known to the endpoint",
                                                    "2 requests failed"});
}

TEST_CASE("few streams get short answers, many get long ones, between 16 and 256 tokens") {
  CHECK(cli::calibration_tokens(1) == 16);
  CHECK(cli::calibration_tokens(64) == 16);
  CHECK(cli::calibration_tokens(400) == 100);
  CHECK(cli::calibration_tokens(5'000) == 256);
}

TEST_CASE("below a hundred streams, or requests a second, a load is light") {
  Stage closed;
  closed.concurrency = 99;
  CHECK(cli::is_light(closed));
  closed.concurrency = 100;
  CHECK_FALSE(cli::is_light(closed));
  Stage open;
  open.concurrency = 1'000;
  open.pacer = make_constant_pacer(99);
  open.rate = 99;
  CHECK(cli::is_light(open));
  open.rate = 100;
  CHECK_FALSE(cli::is_light(open));
}

TEST_CASE("a closed loop's shape is its concurrency for four seconds, with answers of its size") {
  Plan plan;
  plan.max_tokens = 1'000;
  Stage stage;
  stage.concurrency = 800;
  stage.requests = 5;
  stage.warmup = 3s;
  const Plan shape = cli::shape_of(plan, stage);
  REQUIRE(shape.stages.size() == 1);
  CHECK(shape.stages[0].concurrency == 800);
  CHECK(shape.stages[0].requests == 0);
  CHECK(shape.stages[0].duration == 4s);
  CHECK(shape.stages[0].warmup == 0s);
  CHECK(shape.max_tokens.most() == 200);
  plan.max_tokens = 8;
  CHECK(cli::shape_of(plan, stage).max_tokens.most() == 8);
}

/// Due a second apart, but for a burst of 50 in the second that begins at 60 s.
class Burst : public Pacer {
 public:
  [[nodiscard]] std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    if (index < 60) return std::chrono::seconds(index);
    if (index < 110) return 60s + 20ms * (index - 60);
    if (index < 200) return std::chrono::seconds(index - 49);
    return std::nullopt;
  }
};

TEST_CASE("an open loop's shape is its busiest four seconds, from their first request on") {
  Stage stage;
  stage.requests = 0;
  stage.pacer = std::make_shared<Burst>();
  const auto shape = cli::shape_of({}, stage);
  const Pacer& part = *shape.stages[0].pacer;
  CHECK(part.due(0) == 0ns);
  std::uint64_t within = 0;
  while (part.due(within) && *part.due(within) < 4s) ++within;
  CHECK(within == 53);  // the burst, and three of the seconds around it
  CHECK_FALSE(part.due(1'000));
}

TEST_CASE("what a stage's end cuts off its schedule is in no shape") {
  Stage stage;
  stage.requests = 0;
  stage.pacer = std::make_shared<Burst>();
  stage.duration = 30s;  // before the burst
  CHECK(cli::shape_of({}, stage).stages[0].pacer->due(1) == 1s);
  stage.duration = 0s;
  stage.requests = 10;
  CHECK(cli::shape_of({}, stage).stages[0].pacer->due(1) == 1s);
}

}  // namespace calibration_policy_test
