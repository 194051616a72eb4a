#include "engine/stage_run.hpp"

#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using llmload::engine::StageRun;
using llmload::engine::Turn;

namespace {

std::optional<std::uint64_t> index_of(const std::optional<Turn>& turn) {
  return turn ? std::optional(turn->index) : std::nullopt;
}

}  // namespace

TEST_CASE("a stage gives each index once and ends with its requests") {
  StageRun stage({1, 3, {}});
  stage.begin(0);
  CHECK(index_of(stage.take_first(0, 0)) == 0U);
  CHECK(index_of(stage.take_next(0)) == 1U);
  CHECK(index_of(stage.take_next(0)) == 2U);
  CHECK_FALSE(stage.take_next(0));
  CHECK_FALSE(stage.take_next(0));
}

TEST_CASE("in a wave each session has one request, however fast the first of them is") {
  StageRun wave({3, 3, {}});
  wave.begin(0);
  CHECK(index_of(wave.take_first(0, 0)) == 0U);
  CHECK_FALSE(wave.take_next(0));
  CHECK(index_of(wave.take_first(2, 0)) == 2U);
  CHECK(index_of(wave.take_first(1, 0)) == 1U);
}

TEST_CASE("sessions beyond the requests of a stage have none") {
  StageRun stage({3, 2, {}});
  CHECK(stage.take_first(1, 0));
  CHECK_FALSE(stage.take_first(2, 0));
}

TEST_CASE("a stage of a duration ends when that has passed since its start") {
  StageRun stage({1, 0, std::chrono::nanoseconds(100)});
  stage.begin(1'000);
  CHECK(index_of(stage.take_first(0, 1'000)) == 0U);
  CHECK(index_of(stage.take_next(1'099)) == 1U);
  CHECK_FALSE(stage.take_next(1'100));
}

TEST_CASE("of requests and duration, the first to come ends the stage") {
  StageRun stage({1, 2, std::chrono::nanoseconds(100)});
  stage.begin(0);
  CHECK(stage.take_first(0, 99));
  CHECK(stage.take_next(99));
  CHECK_FALSE(stage.take_next(99));
}

TEST_CASE("a stage that is stopped or has failed gives no index, and keeps the first error") {
  StageRun stage({1, 0, {}});
  CHECK(stage.take_next(0));
  stage.fail(std::make_exception_ptr(std::runtime_error("first")));
  stage.fail(std::make_exception_ptr(std::runtime_error("second")));
  CHECK(stage.stopped());
  CHECK_FALSE(stage.take_next(0));
  CHECK_THROWS_WITH(std::rethrow_exception(stage.error()), "first");
}

TEST_CASE("several threads share out all indexes, each once") {
  StageRun stage({4, 1'000, {}});
  std::vector<std::vector<std::uint64_t>> taken(4);
  std::vector<std::thread> shards;
  for (auto& mine : taken) {
    shards.emplace_back([&stage, &mine, &taken] {
      const auto session = static_cast<std::uint64_t>(&mine - taken.data());
      for (auto turn = stage.take_first(session, 0); turn; turn = stage.take_next(0)) {
        mine.push_back(turn->index);
        stage.count_end(turn->index % 2 == 0);
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
