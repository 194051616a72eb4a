#include "engine/stage_run.hpp"

#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/arrival_clock.hpp"
#include "support/catch.hpp"
#include "support/stages.hpp"

namespace stage_run_test {

using llmload::ClosedLoop;
using llmload::OpenLoop;
using llmload::engine::Slot;
using llmload::engine::StageRun;
using std::chrono::nanoseconds;
using test::open_of;

llmload::net::Time at(std::int64_t ns) { return llmload::net::Time(nanoseconds(ns)); }

std::optional<std::uint64_t> index_of(const std::optional<Slot>& slot) {
  return slot ? std::optional(slot->index) : std::nullopt;
}

TEST_CASE("a stage gives each index once and ends with its requests") {
  StageRun stage({ClosedLoop{1}, 3});
  stage.begin(at(0));
  CHECK(index_of(stage.slot(0, at(0))) == 0U);
  CHECK(index_of(stage.take_next(at(0))) == 1U);
  CHECK(index_of(stage.take_next(at(0))) == 2U);
  CHECK_FALSE(stage.take_next(at(0)));
  CHECK_FALSE(stage.take_next(at(0)));
}

TEST_CASE("sessions that ramp up begin evenly, and take their requests in the order in which they come") {
  StageRun stage({ClosedLoop{4, nanoseconds(100)}, 3});
  stage.begin(at(0));
  CHECK(stage.ramps_up());
  CHECK(stage.begins_at(0) == nanoseconds(0));
  CHECK(stage.begins_at(3) == nanoseconds(75));
  CHECK(stage.first_index(3) == 0);
  CHECK(stage.first_index(0) == 1);
  CHECK_FALSE(StageRun({ClosedLoop{4}, 3}).ramps_up());
  CHECK(StageRun({ClosedLoop{4}, 3}).first_index(3) == 3);
}

TEST_CASE("a source that ends before the stage would cuts it short") {
  const auto cut_short = [](llmload::Stage limits, std::uint64_t rows, std::int64_t now) {
    StageRun stage(limits, {}, 0, {}, rows);
    stage.begin(at(0));
    for (std::uint64_t i = 0; i < rows; ++i) stage.slot(i, at(0));
    CHECK_FALSE(stage.over());
    stage.note_last(rows, at(now));
    CHECK(stage.over());
    return stage.cut_short();
  };
  llmload::Stage timed{ClosedLoop{1}}, warm{ClosedLoop{1}, 3};
  timed.duration = nanoseconds(10);
  warm.warmup_requests = 2;
  CHECK(cut_short(timed, 3, 9));
  CHECK_FALSE(cut_short(timed, 3, 10));
  CHECK_FALSE(cut_short({ClosedLoop{1}, 3}, 3, 9));
  CHECK(cut_short({ClosedLoop{1}, 4}, 3, 9));
  CHECK_FALSE(cut_short(warm, 5, 9));
  CHECK(cut_short(warm, 4, 9));
}

TEST_CASE("in a wave each session has one request, however fast the first of them is") {
  StageRun wave({ClosedLoop{3}, 3});
  wave.begin(at(0));
  CHECK(index_of(wave.slot(0, at(0))) == 0U);
  CHECK_FALSE(wave.take_next(at(0)));
  CHECK(index_of(wave.slot(2, at(0))) == 2U);
  CHECK(index_of(wave.slot(1, at(0))) == 1U);
}

TEST_CASE("sessions beyond the requests of a stage have none") {
  StageRun stage({ClosedLoop{3}, 2});
  CHECK(stage.slot(1, at(0)));
  CHECK_FALSE(stage.slot(2, at(0)));
}

TEST_CASE("a stage of a duration ends when that has passed since its start") {
  StageRun stage({ClosedLoop{1}, {}, std::chrono::nanoseconds(100)});
  stage.begin(at(1'000));
  CHECK(index_of(stage.slot(0, at(1'000))) == 0U);
  CHECK(index_of(stage.take_next(at(1'099))) == 1U);
  CHECK_FALSE(stage.take_next(at(1'100)));
}

TEST_CASE("of requests and duration, the first to come ends the stage") {
  StageRun stage({ClosedLoop{1}, 2, std::chrono::nanoseconds(100)});
  stage.begin(at(0));
  CHECK(stage.slot(0, at(99)));
  CHECK(stage.take_next(at(99)));
  CHECK_FALSE(stage.take_next(at(99)));
}

TEST_CASE("a stage that is stopped or has failed gives no index, and keeps the first error") {
  StageRun stage({ClosedLoop{1}, {}});
  CHECK(stage.take_next(at(0)));
  stage.fail(std::make_exception_ptr(std::runtime_error("first")));
  stage.fail(std::make_exception_ptr(std::runtime_error("second")));
  CHECK(stage.stopped());
  CHECK_FALSE(stage.take_next(at(0)));
  CHECK_THROWS_WITH(std::rethrow_exception(stage.error()), "first");
}

TEST_CASE("several threads share out all indexes, each once") {
  StageRun stage({ClosedLoop{4}, 1'000});
  std::vector<std::vector<std::uint64_t>> taken(4);
  std::vector<std::thread> shards;
  for (auto& mine : taken) {
    shards.emplace_back([&stage, &mine, &taken] {
      const auto session = static_cast<std::uint64_t>(&mine - taken.data());
      for (auto slot = stage.slot(session, at(0)); slot; slot = stage.take_next(at(0))) {
        mine.push_back(slot->index);
        stage.count_end(slot->index % 2 == 0);
      }
    });
  }
  for (auto& shard : shards) shard.join();
  std::set<std::uint64_t> all;
  for (const auto& mine : taken) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == 1'000);
  CHECK(*all.rbegin() == 999);
  CHECK(stage.done() == 1'000);
  CHECK(stage.failed() == 500);
}

using std::chrono::nanoseconds;

/// Request i is due at 10 i ns, without an end.
class EveryTen : public llmload::Pacer {
 public:
  [[nodiscard]] std::optional<nanoseconds> due(std::uint64_t index) const override {
    return nanoseconds(10 * index);
  }
};

llmload::Stage open_stage(std::optional<unsigned> cap) {
  llmload::Stage stage;
  stage.requests = 3;
  stage.warmup_requests = 2;
  stage.cooldown = nanoseconds(20);
  stage.loop = OpenLoop{.pacer = std::make_shared<EveryTen>(), .concurrency = cap};
  return stage;
}

StageRun run_of(const llmload::Stage& stage) {
  return StageRun(stage, llmload::workload::make_schedule(stage));
}

/// "w" and "m" for each request that is taken at these times: warm-up or cool-down, and measured; "-" where
/// the stage is over.
std::string turns(StageRun& stage, const std::vector<std::int64_t>& times) {
  std::string kinds;
  for (const std::int64_t now : times) {
    const auto slot = stage.take_next(at(now));
    kinds += !slot ? '-' : slot->measured ? 'm' : 'w';
  }
  return kinds;
}

TEST_CASE("a warm-up of requests is not measured, and is not of those that the stage counts") {
  llmload::Stage stage{ClosedLoop{1}, 2};
  stage.warmup_requests = 3;
  StageRun run(stage);
  run.begin(at(100));
  const auto first = run.slot(0, at(100));
  REQUIRE(first);
  CHECK_FALSE(first->measured);
  CHECK_FALSE(first->due);
  CHECK(turns(run, {100, 100, 100, 100, 100}) == "wwmm-");
  CHECK(run.planned() == 2U);
}

TEST_CASE("a warm-up of seconds lasts until they have passed") {
  llmload::Stage stage{ClosedLoop{0}, 3};
  stage.warmup = nanoseconds(50);
  StageRun run(stage);
  run.begin(at(100));
  CHECK(turns(run, {100, 149, 150, 150, 900, 900}) == "wwmmm-");
}

TEST_CASE("a warm-up of requests and seconds lasts for both") {
  llmload::Stage stage{ClosedLoop{0}, 1};
  stage.warmup_requests = 2;
  stage.warmup = nanoseconds(50);
  StageRun slow(stage), fast(stage);
  CHECK(turns(slow, {60, 70, 80, 90}) == "wwm-");
  CHECK(turns(fast, {0, 1, 2, 49, 50, 51}) == "wwwwm-");
}

TEST_CASE("a window of a duration begins when the warm-up has ended") {
  llmload::Stage stage{ClosedLoop{0}, {}, nanoseconds(100)};
  stage.warmup = nanoseconds(50);
  StageRun by_time(stage);
  CHECK(turns(by_time, {0, 120, 149, 150}) == "wmm-");  // also where nothing was begun at 50
  stage.warmup = {};
  stage.warmup_requests = 1;
  StageRun by_requests(stage);
  CHECK(turns(by_requests, {0, 30, 129, 130}) == "wmm-");
  CHECK_FALSE(by_requests.planned());
}

TEST_CASE("a cool-down goes on behind the window, unmeasured, from whoever finds it closed") {
  llmload::Stage stage{ClosedLoop{0}, 2};
  stage.cooldown = nanoseconds(30);
  StageRun counted(stage);
  CHECK(turns(counted, {0, 10, 20, 49, 50, 51}) == "mmww--");
  stage.requests.reset();
  stage.duration = nanoseconds(100);
  StageRun timed(stage);
  CHECK(turns(timed, {0, 99, 110, 139, 140}) == "mmww-");
}

TEST_CASE("an open loop's requests come with their due times, whenever they are taken") {
  auto run = run_of(open_stage(2));
  run.begin(at(1'000));
  for (std::uint64_t i = 0; i < 6; ++i) {
    INFO(i);
    const auto slot = run.take_next(at(0));
    REQUIRE(slot);
    CHECK(slot->index == i);
    CHECK(slot->measured == (i >= 2 && i < 5));
    CHECK(slot->due == nanoseconds(10 * i));
    CHECK(run.dealt_slot(i)->due == slot->due);
  }
  CHECK_FALSE(run.take_next(at(0)));
  CHECK_FALSE(run.dealt_slot(6));
  CHECK(run.planned() == 3U);
}

TEST_CASE("an open loop that is stopped gives no further request") {
  auto run = run_of(open_stage(2));
  CHECK(run.dealt_slot(0));
  run.stop();
  CHECK_FALSE(run.dealt_slot(1));
  CHECK_FALSE(run.take_next(at(0)));
}

TEST_CASE("an open loop is dealt out, but where a cap queues") {
  auto stage = open_stage({});
  CHECK(run_of(stage).dealt());
  open_of(stage).concurrency = 4;
  CHECK_FALSE(run_of(stage).dealt());
  open_of(stage).when_full = llmload::WhenFull::drop;
  CHECK(run_of(stage).dealt());
  CHECK_FALSE(StageRun({ClosedLoop{4}, 4}).dealt());
}

TEST_CASE("sessions are made as the stage has levels, as a cap that queues, or as connections are opened") {
  const auto made = [](const llmload::Stage& stage) {
    const auto run = run_of(stage);
    return std::pair(run.sessions(), run.opened());
  };
  const StageRun closed({ClosedLoop{5}, 5});
  CHECK(closed.sessions() == 5);
  CHECK(closed.opened() == 5);
  auto stage = open_stage({});
  open_of(stage).rate = 3;
  CHECK(made(stage) == std::pair(6U, 6U));
  open_of(stage).connections = 2;
  CHECK(made(stage) == std::pair(2U, 2U));
  open_of(stage).concurrency = 4;  // queue
  CHECK(made(stage) == std::pair(4U, 2U));
  open_of(stage).connections = 9;
  CHECK(made(stage) == std::pair(4U, 4U));
  open_of(stage).when_full = llmload::WhenFull::drop;
  CHECK(made(stage) == std::pair(9U, 9U));
}

TEST_CASE("a cap drops what has no room, and counts the measured ones alone") {
  auto stage = open_stage(2);
  open_of(stage).when_full = llmload::WhenFull::drop;
  auto run = run_of(stage);
  CHECK(run.enter(*run.dealt_slot(0)));
  CHECK(run.enter(*run.dealt_slot(1)));
  CHECK_FALSE(run.enter(Slot{1, false, nanoseconds(10)}));
  CHECK(run.dropped() == 0);
  CHECK_FALSE(run.enter(*run.dealt_slot(2)));
  CHECK_FALSE(run.enter(*run.dealt_slot(3)));
  CHECK(run.dropped() == 2);
  run.leave();
  CHECK(run.enter(*run.dealt_slot(4)));
  CHECK_FALSE(run.enter(*run.dealt_slot(4)));
  CHECK(run.dropped() == 3);
}

TEST_CASE("without a cap there is always room") {
  auto run = run_of(open_stage({}));
  for (int i = 0; i < 1'000; ++i) CHECK(run.enter(*run.dealt_slot(3)));
  CHECK(run.dropped() == 0);
}

TEST_CASE("a session that comes late with a time from the warm-up takes no measured request away") {
  llmload::Stage stage{ClosedLoop{2}, 2};
  stage.warmup = std::chrono::nanoseconds(50);
  StageRun run(stage);
  run.begin(at(0));
  CHECK(run.slot(0, at(60))->measured);
  CHECK_FALSE(run.slot(1, at(40))->measured);
  const auto second = run.take_next(at(70));
  REQUIRE(second);
  CHECK(second->measured);
  CHECK_FALSE(run.take_next(at(80)));
}

TEST_CASE("a stage knows when it was first stopped, and whether for errors") {
  StageRun run({ClosedLoop{1}, 100}, {}, 0, 0.1);
  const auto before = llmload::net::monotonic_now();
  run.begin(before);
  CHECK_FALSE(run.stopped_at());
  for (int i = 0; i < 20; ++i) run.count_end(i >= 17);
  const auto after = llmload::net::monotonic_now();
  REQUIRE(run.stopped_at());
  const nanoseconds stopped = *run.stopped_at();
  CHECK(stopped >= nanoseconds(0));
  CHECK(stopped <= after - before);
  CHECK(run.too_many_errors());
  CHECK_FALSE(run.stop());
  CHECK(run.stopped_at() == stopped);
}

TEST_CASE("a stage that is stopped before it begins is stopped at its begin, and not for errors") {
  StageRun run({ClosedLoop{1}, 1});
  CHECK(run.stop());
  run.begin(llmload::net::monotonic_now() + std::chrono::seconds(1));
  CHECK(run.stopped_at() == nanoseconds(0));
  CHECK_FALSE(run.too_many_errors());
}

using llmload::engine::Unit;

StageRun of_conversations(const llmload::Stage& stage, llmload::workload::Schedule schedule = {},
                          std::optional<std::uint64_t> ends_after = {}) {
  return StageRun(stage, std::move(schedule), 0, {}, ends_after, Unit::conversation);
}

TEST_CASE("behind the window of a closed loop the load goes on until its conversations have ended") {
  StageRun stage = of_conversations({ClosedLoop{2}, 2});
  stage.begin(at(0));
  const auto first = stage.slot(0, at(0)), second = stage.slot(1, at(0));
  REQUIRE((first && first->measured && second && second->measured));
  stage.end_conversation(*first);
  const auto further = stage.take_next(at(5));
  REQUIRE(further);
  CHECK_FALSE(further->measured);
  CHECK_FALSE(stage.over());
  stage.end_conversation(*further);
  CHECK(stage.take_next(at(6)));
  stage.end_conversation(*second);
  CHECK(stage.over());
  CHECK(stage.has_finished(at(7)));
  CHECK_FALSE(stage.take_next(at(7)));
}

TEST_CASE("who comes late with one of the window's conversations still begins it") {
  StageRun stage = of_conversations({ClosedLoop{2}, 2});
  stage.begin(at(0));
  const auto first = stage.slot(0, at(0));
  stage.end_conversation(*first);
  CHECK_FALSE(stage.take_next(at(1))->measured);
  CHECK(stage.slot(1, at(2))->measured);
}

TEST_CASE("a window by time waits for the conversations that began in it") {
  StageRun stage = of_conversations({ClosedLoop{2}, {}, nanoseconds(100)});
  stage.begin(at(0));
  const auto first = stage.slot(0, at(0));
  CHECK_FALSE(stage.take_next(at(100))->measured);
  stage.end_conversation(*first);
  CHECK_FALSE(stage.over());  // whoever asks next finds it
  CHECK_FALSE(stage.take_next(at(120)));
  CHECK(stage.has_finished(at(120)));
}

TEST_CASE("a source that has no further conversation does not end those that are measured") {
  StageRun stage = of_conversations({ClosedLoop{2}, {}, nanoseconds(100)}, {}, 1);
  stage.begin(at(0));
  const auto only = stage.slot(0, at(0));
  stage.note_last(1, at(1));
  CHECK_FALSE(stage.over());
  stage.end_conversation(*only);
  stage.note_last(2, at(2));
  CHECK(stage.over());
}

TEST_CASE("an open loop's conversations go on being due until the measured ones have ended or were dropped") {
  llmload::Stage loop{OpenLoop{.concurrency = 1, .when_full = llmload::WhenFull::drop}};
  llmload::workload::Schedule schedule;
  schedule.due = {nanoseconds(0), nanoseconds(10), nanoseconds(30)};
  schedule.measured_until = schedule.end = 3;
  StageRun stage = of_conversations(loop, schedule);
  stage.begin(at(0));
  std::vector<Slot> slots;
  for (std::uint64_t i = 0; i < 3; ++i) slots.push_back(*stage.dealt_slot(i));
  CHECK(stage.enter(slots[0]));
  CHECK_FALSE(stage.enter(slots[1]));
  const auto behind = stage.dealt_slot(3);
  REQUIRE(behind);
  CHECK_FALSE(behind->measured);
  CHECK(behind->due == nanoseconds(50));
  stage.end_conversation(slots[0]);
  CHECK_FALSE(stage.over());
  stage.leave();
  CHECK(stage.enter(slots[2]));
  stage.end_conversation(slots[2]);
  CHECK(stage.over());
  CHECK_FALSE(stage.has_finished(at(30)));  // its last request is due now
  CHECK(stage.has_finished(at(31)));
  CHECK_FALSE(stage.dealt_slot(4));
}

TEST_CASE("a window by time in which no conversation is under way ends without anybody who asks") {
  StageRun stage = of_conversations({ClosedLoop{2}, {}, nanoseconds(100)});
  stage.begin(at(0));
  const auto first = stage.slot(0, at(0));
  CHECK_FALSE(stage.find_end(at(150)));
  stage.end_conversation(*first);
  CHECK_FALSE(stage.find_end(at(99)));
  CHECK(stage.find_end(at(150)));
  CHECK_FALSE(stage.slot(1, at(150)));
}

TEST_CASE("a cool-down follows the last of a closed loop's conversations") {
  llmload::Stage limits{ClosedLoop{2}, 1};
  limits.cooldown = std::chrono::hours(1);
  StageRun stage = of_conversations(limits);
  stage.begin(llmload::net::monotonic_now());
  const auto now = [] { return llmload::net::monotonic_now(); };
  const auto only = stage.slot(0, now());
  stage.end_conversation(*only);
  CHECK_FALSE(stage.over());
  const auto behind = stage.take_next(now());
  REQUIRE(behind);
  CHECK_FALSE(behind->measured);
  CHECK_FALSE(stage.find_end(now()));
  CHECK(stage.find_end(now() + std::chrono::hours(2)));
}

}  // namespace stage_run_test
