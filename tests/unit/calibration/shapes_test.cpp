#include "calibration/shapes.hpp"

#include <algorithm>
#include <memory>

#include "support/catch.hpp"
#include "support/stages.hpp"

namespace shapes_test {

using namespace llmload;
using namespace std::chrono_literals;

TEST_CASE("few streams get short answers, many get long ones, between 16 and 256 tokens") {
  CHECK(calibration::tokens_for(1) == 16);
  CHECK(calibration::tokens_for(64) == 16);
  CHECK(calibration::tokens_for(400) == 100);
  CHECK(calibration::tokens_for(5'000) == 256);
}

TEST_CASE("below a hundred streams, or requests a second, a load is light") {
  CHECK(calibration::is_light({ClosedLoop{99}}));
  CHECK_FALSE(calibration::is_light({ClosedLoop{100}}));
  const auto open = [](double rate) {
    return Stage{OpenLoop{.pacer = make_constant_pacer(rate), .rate = rate, .concurrency = 1'000}};
  };
  CHECK(calibration::is_light(open(99)));
  CHECK_FALSE(calibration::is_light(open(100)));
}

TEST_CASE("streams and rates are calibrated for six seconds, streamed, with a prompt of their own") {
  const Plan streams = calibration::streams_plan(400);
  REQUIRE(streams.stages.size() == 1);
  CHECK(streams.stages[0].concurrency() == 400U);
  CHECK_FALSE(streams.stages[0].requests);
  CHECK(streams.stages[0].duration == 6s);
  CHECK(streams.stream);
  CHECK(streams.max_tokens.most() == 100);
  CHECK(streams.source != nullptr);
  const Plan rate = calibration::rate_plan(20);
  REQUIRE(rate.stages.size() == 1);
  CHECK_FALSE(rate.stages[0].concurrency());
  CHECK(test::open_of(rate.stages[0]).rate == 20);
  CHECK(describe(rate.stages[0]) == "20 requests/s");
  CHECK(test::open_of(rate.stages[0]).pacer->due(0));
  CHECK(rate.max_tokens.most() == 16);
}

TEST_CASE("a closed loop's shape is its concurrency for four seconds, with answers of its size") {
  Plan plan;
  plan.max_tokens = 1'000;
  Stage stage{ClosedLoop{800, 9s}};
  stage.requests = 5;
  stage.warmup = 3s;
  stage.endpoints = {4};
  const Plan shape = calibration::shape_of(plan, stage);
  CHECK(shape.stages.at(0).endpoints.empty());
  REQUIRE(shape.stages.size() == 1);
  CHECK(std::get<ClosedLoop>(shape.stages[0].loop) == ClosedLoop{800});
  CHECK_FALSE(shape.stages[0].requests);
  CHECK(shape.stages[0].duration == 4s);
  CHECK(shape.stages[0].warmup == 0s);
  CHECK(shape.max_tokens.most() == 200);
  plan.max_tokens = 8;
  CHECK(calibration::shape_of(plan, stage).max_tokens.most() == 8);
}

TEST_CASE("a source that ends is asked again from its beginning by a shape, which lasts as long as it must") {
  struct Two : RequestSource {
    std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
      return of.index < 2 ? std::make_shared<const RequestSpec>(ask(std::to_string(of.index))) : nullptr;
    }
    std::optional<std::uint64_t> ends_after() const noexcept override { return 2; }
  };
  Plan plan;
  plan.source = std::make_shared<Two>();
  const auto source = calibration::shape_of(plan, {ClosedLoop{1}}).source;
  CHECK_FALSE(source->ends_after());
  CHECK(source->next({"", 0, 3, {}})->messages.at(0).text == "1");
}

TEST_CASE("a shape has the first turns of conversations alone, for the others come when users have thought") {
  struct Talks : RequestSource {
    std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
      return std::make_shared<const RequestSpec>(ask(std::to_string(of.index)));
    }
    unsigned most_turns() const noexcept override { return 20; }
    unsigned turns(const Conversation& /*of*/) const override { return 20; }
  };
  Plan plan;
  plan.source = std::make_shared<Talks>();
  const auto source = calibration::shape_of(plan, {ClosedLoop{1}}).source;
  CHECK(source->most_turns() == 1);
  CHECK(source->next({"", 0, 3, {}})->messages.at(0).text == "3");
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
  Stage stage{OpenLoop{std::make_shared<Burst>()}};
  const auto shape = calibration::shape_of({}, stage);
  const Pacer& part = *test::open_of(shape.stages[0]).pacer;
  CHECK(part.due(0) == 0ns);
  std::uint64_t within = 0;
  while (part.due(within) && *part.due(within) < 4s) ++within;
  CHECK(within == 53);  // the burst, and three of the seconds around it
  CHECK_FALSE(part.due(1'000));
}

TEST_CASE("what a stage's end cuts off its schedule is in no shape") {
  Stage stage{OpenLoop{std::make_shared<Burst>()}};
  const auto second_due = [](const Stage& of) {
    const Plan shape = calibration::shape_of({}, of);
    return *test::open_of(shape.stages[0]).pacer->due(1);
  };
  stage.duration = 30s;  // before the burst
  CHECK(second_due(stage) == 1s);
  stage.duration.reset();
  stage.requests = 10;
  CHECK(second_due(stage) == 1s);
}

}  // namespace shapes_test
