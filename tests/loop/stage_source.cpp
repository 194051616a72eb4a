// The next stage is a function of the results so far.
#include <filesystem>
#include <fstream>
#include <llmload/llmload.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_stage_source {

using namespace llmload;
using test::plan_for;

struct Doubling : StageSource {
  explicit Doubling(unsigned up_to) : most(up_to) {}
  std::optional<Stage> next(std::span<const Summary> so_far) const override {
    if (so_far.empty()) return Stage{ClosedLoop{1}, 4};
    const Stage& last = so_far.back().stage;
    const unsigned concurrency = *last.concurrency();
    if (so_far.back().ok != last.requests || concurrency >= most) return std::nullopt;
    return Stage{ClosedLoop{2 * concurrency}, 4};
  }
  unsigned most;
};

struct NextBy : StageSource {
  explicit NextBy(std::function<std::optional<Stage>(std::span<const Summary>)> function)
      : give(std::move(function)) {}
  std::optional<Stage> next(std::span<const Summary> so_far) const override { return give(so_far); }
  std::function<std::optional<Stage>(std::span<const Summary>)> give;
};

Plan plan_with(const Simulator& simulator, std::shared_ptr<const StageSource> stages) {
  Plan plan = plan_for(simulator, {});
  plan.stage_source = std::move(stages);
  return plan;
}

TEST_CASE("a source of stages is asked with the numbers so far, until it gives none") {
  const Simulator simulator(test::instant());
  const RunResult result = run(plan_with(simulator, std::make_shared<Doubling>(4)));
  REQUIRE(result.stages.size() == 3);
  CHECK(result.stages[1].stage.concurrency() == 2U);
  CHECK(result.stages[2].stage.concurrency() == 4U);
  CHECK(simulator.requests() == 12);
}

TEST_CASE("the records of such a run are replayed with its stages, and each stage's line tells it") {
  const Simulator simulator(test::instant());
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "records.jsonl").string();
  RecordsSink records(path);
  RunOptions options;
  options.sink = &records;
  const RunResult live = run(plan_with(simulator, std::make_shared<Doubling>(4)), options);
  MemorySink again;
  const ReplayResult replayed = replay_records(path, again);
  REQUIRE(replayed.result.stages.size() == 3);
  CHECK(replayed.missing.empty());
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(replayed.result.stages[i].stage.concurrency() == live.stages[i].stage.concurrency());
    CHECK(replayed.result.stages[i].e2e_ms() == live.stages[i].e2e_ms());
    CHECK(again.stages()[i].begin.stage.concurrency() == live.stages[i].stage.concurrency());
  }
}

TEST_CASE(
    "what a source of stages throws, or gives and can't be run, comes out of run behind the stages before "
    "it") {
  const Simulator simulator(test::instant());
  MemorySink sink;
  RunOptions options;
  options.sink = &sink;
  const auto after_one = [](std::optional<Stage> second) {
    return std::make_shared<NextBy>([second](std::span<const Summary> so_far) {
      if (so_far.empty()) return std::optional(Stage{ClosedLoop{1}, 4});
      if (!second) throw std::runtime_error("lost its way");
      return second;
    });
  };
  CHECK_THROWS_WITH(run(plan_with(simulator, after_one({})), options), "lost its way");
  CHECK(sink.stages().size() == 1);
  CHECK_THROWS_AS(run(plan_with(simulator, after_one(Stage{ClosedLoop{0}, 4})), options), InputError);
  CHECK(sink.stages().size() == 1);
}

TEST_CASE("a plan needs a list of stages or a source of them, not both, and one that gives a stage") {
  const Simulator simulator(test::instant());
  Plan both = plan_with(simulator, std::make_shared<Doubling>(4));
  both.stages = {{ClosedLoop{1}, 1}};
  CHECK_THROWS_AS(check(both), InputError);
  const auto nothing = std::make_shared<NextBy>([](auto) { return std::optional<Stage>(); });
  CHECK_THROWS_AS(check(plan_with(simulator, nothing)), InputError);
  CHECK_THROWS_AS(
      run(plan_with(simulator, std::make_shared<StageList>(std::vector<Stage>{{ClosedLoop{0}, 1}}))),
      InputError);
  CHECK(simulator.requests() == 0);
}

TEST_CASE("a stage goes to its own endpoints, in turn") {
  std::atomic<int> first{0}, second{0};
  const auto count = [](std::atomic<int>& requests) {
    return [&requests](test::Peer& peer, int) {
      while (!peer.read_request().empty()) {
        ++requests;
        peer.send(test::good_answer());
      }
    };
  };
  const test::ScriptedServer one(count(first)), other(count(second));
  Plan plan = plan_for(one.url(), {{ClosedLoop{2}, 8}, {ClosedLoop{2}, 6}});
  plan.endpoints.push_back(parse_endpoint(other.url()));
  plan.stages[1].endpoints = {1};
  test::RecordKeeper keeper;
  CHECK(run(plan, {.sink = &keeper}).stages.at(1).ok == 6);
  CHECK(first == 4);
  CHECK(second == 10);
  CHECK(keeper.records.back().endpoint == 1);
  plan.stages[1].endpoints = {2};
  CHECK_THROWS_AS(check(plan), InputError);
}

TEST_CASE("a stage's own salt and seed are those of its prompts") {
  std::mutex mutex;
  std::vector<std::string> asked;
  struct Telling : RequestSource {
    std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
      std::string text(of.salt);
      text += of.seed ? " " + std::to_string(*of.seed) : " own";
      return std::make_shared<const RequestSpec>(ask(text));
    }
  };
  const test::ScriptedServer server([&](test::Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const std::scoped_lock lock(mutex);
      asked.push_back(request);
      peer.send(test::good_answer());
    }
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 1}, {ClosedLoop{1}, 1}});
  plan.source = std::make_shared<Telling>();
  plan.salt = "of the run";
  plan.stages[1].salt = "of the stage";
  plan.stages[1].seed = 7;
  CHECK(run(plan).stages.at(1).ok == 1);
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].find("of the run own") != std::string::npos);
  CHECK(asked[1].find("of the stage 7") != std::string::npos);
}

}  // namespace loop_stage_source
