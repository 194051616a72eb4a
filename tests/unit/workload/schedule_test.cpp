#include "workload/schedule.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "support/stages.hpp"
#include "unit/text/checks.hpp"

namespace schedule_test {

using namespace llmload;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using test::open_of;
using workload::make_schedule;
using workload::opened_before;
using workload::Schedule;

/// Due times in seconds, one by one.
class Listed : public Pacer {
 public:
  explicit Listed(std::vector<std::int64_t> due) : due_(std::move(due)) {}
  [[nodiscard]] std::optional<nanoseconds> due(std::uint64_t index) const override {
    return index < due_.size() ? std::optional<nanoseconds>(seconds(due_[index])) : std::nullopt;
  }

 private:
  std::vector<std::int64_t> due_;
};

Stage open_stage(std::shared_ptr<const Pacer> pacer) { return {OpenLoop{std::move(pacer)}}; }

Stage listed(std::vector<std::int64_t> due) { return open_stage(std::make_shared<Listed>(std::move(due))); }

/// Request i is due at i seconds, without an end.
Stage every_second() { return open_stage(make_constant_pacer(1)); }

/// measured_from, measured_until, end.
using Bounds = std::vector<std::uint64_t>;
Bounds bounds(const Schedule& s) { return {s.measured_from, s.measured_until, s.end}; }

std::string refusal(const Stage& stage) {
  return error_of<InputError>([&] { make_schedule(stage); });
}

TEST_CASE("without limits the window is all that the pacer has") {
  CHECK(bounds(make_schedule(listed({0, 0, 5, 9}))) == Bounds{0, 4, 4});
}

TEST_CASE("the window ends with its requests, or its duration, or what comes first") {
  Stage stage = every_second();
  stage.requests = 7;
  CHECK(bounds(make_schedule(stage)) == Bounds{0, 7, 7});
  stage.duration = seconds(5);  // request 5 is due when it is over
  CHECK(bounds(make_schedule(stage)) == Bounds{0, 5, 5});
  stage.duration = seconds(9);
  CHECK(bounds(make_schedule(stage)) == Bounds{0, 7, 7});
  stage.requests.reset();
  CHECK(bounds(make_schedule(stage)) == Bounds{0, 9, 9});
}

TEST_CASE("the pacer's end ends the window, also before its limits") {
  Stage stage = listed({1, 2, 3});
  stage.requests = 10;
  stage.duration = seconds(100);
  stage.cooldown = seconds(100);
  CHECK(bounds(make_schedule(stage)) == Bounds{0, 3, 3});
}

TEST_CASE("the warm-up lasts for its requests, and at least so long") {
  Stage stage = every_second();
  stage.requests = 2;
  stage.warmup_requests = 3;
  CHECK(bounds(make_schedule(stage)) == Bounds{3, 5, 5});
  stage.warmup = seconds(2);
  CHECK(bounds(make_schedule(stage)) == Bounds{3, 5, 5});
  stage.warmup = seconds(6);  // what is due at its end is measured
  CHECK(bounds(make_schedule(stage)) == Bounds{6, 8, 8});
  stage.warmup_requests = 0;
  CHECK(bounds(make_schedule(stage)) == Bounds{6, 8, 8});
}

TEST_CASE("behind a warm-up of seconds the window's duration counts from its end") {
  Stage stage = listed({0, 12, 19, 20});
  stage.warmup = seconds(10);
  stage.duration = seconds(10);
  CHECK(bounds(make_schedule(stage)) == Bounds{1, 3, 3});
}

TEST_CASE("behind a warm-up of requests the window's duration counts from the first measured one") {
  Stage stage = listed({0, 12, 19, 21, 22});
  stage.warmup_requests = 1;
  stage.duration = seconds(10);
  CHECK(bounds(make_schedule(stage)) == Bounds{1, 4, 4});
  stage.warmup = seconds(10);
  CHECK(bounds(make_schedule(stage)) == Bounds{1, 4, 4});
}

TEST_CASE("the cool-down goes on behind the window") {
  Stage stage = every_second();
  stage.cooldown = seconds(3);
  stage.duration = seconds(5);
  CHECK(bounds(make_schedule(stage)) == Bounds{0, 5, 8});
  stage.warmup = seconds(2);
  CHECK(bounds(make_schedule(stage)) == Bounds{2, 7, 10});
  stage.duration.reset();
  stage.requests = 4;  // due at 2, 3, 4 and 5 s
  CHECK(bounds(make_schedule(stage)) == Bounds{2, 6, 8});
}

TEST_CASE("a schedule tells which requests it measures") {
  Schedule s;
  s.measured_from = 2;
  s.measured_until = 4;
  s.end = 9;
  CHECK_FALSE(s.measures(1));
  CHECK(s.measures(2));
  CHECK(s.measures(3));
  CHECK_FALSE(s.measures(4));
}

TEST_CASE("due times that are negative or go back are refused, with the request's number") {
  CHECK(has(refusal(listed({-1, 2})), "request 0 is due before"));
  CHECK(has(refusal(listed({0, 3, 2})), "request 2 is due before"));
  Stage stage = listed({0, 3, 2});
  stage.requests = 1;  // it is not come to
  CHECK(refusal(stage).empty());
  open_of(stage).arrival = "waves";
  stage.requests.reset();
  CHECK(has(refusal(stage), "waves: "));
}

/// Request i is due at due(i), whatever that is.
class Calculated : public Pacer {
 public:
  using Due = std::function<std::optional<nanoseconds>(std::uint64_t)>;
  explicit Calculated(Due due) : due_(std::move(due)) {}
  [[nodiscard]] std::optional<nanoseconds> due(std::uint64_t index) const override { return due_(index); }

 private:
  Due due_;
};

std::string refusal(Calculated::Due due) {
  return refusal(open_stage(std::make_shared<Calculated>(std::move(due))));
}

TEST_CASE("a pacer that goes on behind its end, or changes from call to call, is refused") {
  CHECK(
      has(refusal([](std::uint64_t i) { return i == 2 || i > 8 ? std::nullopt : std::optional(seconds(i)); }),
          "request 2 is not due, and the one behind it is"));
  std::int64_t calls = 0;
  CHECK(has(refusal([&calls](std::uint64_t i) {
              return i < 3 ? std::optional<nanoseconds>(calls++) : std::nullopt;
            }),
            "request 0 is due at another time"));
}

TEST_CASE("a due time that no clock reaches is refused, if the stage comes to it, and no sum overflows") {
  const auto at_last = [](std::uint64_t i) {
    return i < 3 ? std::optional(i < 2 ? nanoseconds(i) : nanoseconds::max() - nanoseconds(1)) : std::nullopt;
  };
  CHECK(has(refusal(at_last), "request 2 is due after more than 100 years"));
  Stage stage = open_stage(std::make_shared<Calculated>(at_last));
  stage.requests = 2;
  CHECK(refusal(stage).empty());
  stage.requests.reset();
  stage.warmup_requests = 1;
  stage.duration = stage.cooldown = nanoseconds::max() - nanoseconds(1);
  CHECK(has(refusal(stage), "request 2 is due after"));
  stage.warmup_requests = 2;  // the window opens with the last one
  CHECK(has(refusal(stage), "request 2 is due after"));
}

TEST_CASE("a schedule keeps the due times, which nobody asks for again") {
  const Schedule s = make_schedule(listed({0, 1, 4}));
  CHECK(s.due == std::vector<nanoseconds>{seconds(0), seconds(1), seconds(4)});
}

TEST_CASE("a stage without a request in its window is refused") {
  CHECK(has(refusal(listed({})), "no request is due behind the warm-up"));
  Stage stage = listed({0, 1, 30});
  stage.warmup_requests = 3;
  CHECK(has(refusal(stage), "no request is due behind the warm-up"));
  stage.warmup_requests = 0;
  stage.warmup = seconds(31);
  CHECK(has(refusal(stage), "no request is due behind the warm-up"));
  stage.warmup = seconds(10);
  stage.duration = seconds(20);
  CHECK(has(refusal(stage), "no request is due in the measured window"));
  stage.duration = seconds(21);
  CHECK(refusal(stage).empty());
}

TEST_CASE("the hash is that of all due times, those outside the window too") {
  Stage stage = every_second();
  stage.warmup_requests = 2;
  stage.requests = 3;
  stage.cooldown = milliseconds(1'500);
  const Schedule s = make_schedule(stage);
  CHECK(s.end == 6);
  CHECK(s.hash == schedule_hash(*open_of(stage).pacer, 6));
}

TEST_CASE("the busiest second is where the most requests are due within less than a second") {
  CHECK(make_schedule(listed({0, 1, 4})).busiest_second == 1);
  CHECK(make_schedule(listed({0, 0, 3, 3, 3, 4, 9})).busiest_second == 3);
  Stage ramp = open_stage(make_ramp_pacer(0, 100, seconds(10)));
  CHECK(make_schedule(ramp).busiest_second == 95);
}

TEST_CASE("a schedule without an end is refused at once where nothing limits the stage") {
  CHECK(has(refusal(every_second()), "never ends; limit it by its requests or its duration"));
}

TEST_CASE("connections are opened as the stage says, else as twice its rate, and no more than its cap") {
  Schedule s;
  s.busiest_second = 7;
  Stage stage = every_second();
  CHECK(opened_before(open_of(stage), s) == 14);  // of the schedule
  open_of(stage).rate = 10.1;
  CHECK(opened_before(open_of(stage), s) == 21);
  open_of(stage).concurrency = 64;
  CHECK(opened_before(open_of(stage), s) == 21);
  open_of(stage).concurrency = 3;
  CHECK(opened_before(open_of(stage), s) == 3);
  open_of(stage).connections = 2'000;
  CHECK(opened_before(open_of(stage), s) == 2'000);
}

TEST_CASE("unasked at most 1,000 connections are opened, and at least one") {
  Stage stage = every_second();
  CHECK(opened_before(open_of(stage), {}) == 1);
  open_of(stage).rate = 501;
  CHECK(opened_before(open_of(stage), {}) == 1'000);
  open_of(stage).concurrency = 1'001;
  CHECK(opened_before(open_of(stage), {}) == 1'000);
}

TEST_CASE("a stage is told from the others by its level, its rate or its arrivals") {
  CHECK(describe({ClosedLoop{64}, 64}) == "64 concurrent");
  Stage stage = every_second();
  CHECK(describe(stage) == "own schedule");
  open_of(stage).arrival = "ramp 1 to 2 requests/s";
  CHECK(describe(stage) == "ramp 1 to 2 requests/s");
  open_of(stage).rate = 12.5;
  open_of(stage).concurrency = 8;
  CHECK(describe(stage) == "12.5 requests/s");
}

TEST_CASE("the cool-down of a window that its requests end begins with the last of them") {
  Stage stage = open_stage(make_constant_pacer(1));
  stage.requests = 3;
  stage.duration = seconds(100);
  stage.cooldown = seconds(2);
  CHECK(make_schedule(stage).end == 4);  // due at 0, 1, 2; and at 3, which is before 2 + 2
}

TEST_CASE("load that goes on behind a schedule has its last gaps again, and then those before them") {
  workload::Schedule schedule;
  const auto at = [](int ms) { return std::chrono::nanoseconds(std::chrono::milliseconds(ms)); };
  schedule.due = {at(5), at(15), at(40), at(42)};
  std::vector<std::chrono::nanoseconds> behind;
  for (std::uint64_t i = 0; i < 7; ++i) behind.push_back(schedule.due_behind(i).value());
  CHECK(behind == std::vector{at(44), at(69), at(79), at(89), at(114), at(116), at(118)});
  CHECK_FALSE(schedule.due_behind(std::uint64_t{1} << 62U));
  schedule.due = {at(5), at(5)};
  CHECK_FALSE(schedule.due_behind(0));
  schedule.due = {at(5)};
  CHECK_FALSE(schedule.due_behind(0));
}

}  // namespace schedule_test
