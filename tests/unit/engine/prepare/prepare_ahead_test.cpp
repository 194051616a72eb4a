#include "engine/prepare/prepare_ahead.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace prepare_ahead_test {

using namespace llmload;
using engine::PrepareAhead;
using engine::PreparedPtr;
using engine::StageRun;
using protocol::RequestWriter;

/// A plan whose prompt for request i is i, an "x", and `size` blanks.
struct Setup {
  explicit Setup(std::size_t size = 0) : plan(test::plan_for("http://127.0.0.1/v1/chat/completions", {{}})) {
    plan.source = std::make_shared<test::PromptsBy>([this, size](std::uint64_t i) {
      ++made;
      if (i == fails_at) throw std::runtime_error("no more");
      return std::to_string(i) + 'x' + std::string(size, ' ');
    });
  }

  /// Begins, and waits until there is enough.
  void begin(StageRun& stage) {
    std::promise<void> ready;
    ahead.begin(stage, [&ready] { ready.set_value(); });
    ready.get_future().wait();
  }
  /// When it is made.
  PreparedPtr wait_for(std::uint64_t index) {
    std::promise<void> made_it;
    ahead.tell(index, [&made_it] { made_it.set_value(); });
    made_it.get_future().wait();
    return ahead.take(index);
  }

  std::atomic<std::uint64_t> made{0}, fails_at{~0ULL};
  Plan plan;
  RequestWriter writer{plan};
  PrepareAhead ahead{plan, writer};
};

bool is_request(const PreparedPtr& request, std::uint64_t index) {
  return request && request->body.find('"' + std::to_string(index) + 'x') != std::string::npos;
}

TEST_CASE("a stage begins when each session has its first request") {
  Setup setup;
  StageRun stage({ClosedLoop{20}, 100});
  setup.begin(stage);
  for (std::uint64_t i = 0; i < 20; ++i) CHECK(is_request(setup.ahead.take(i), i));
  setup.ahead.end();
}

TEST_CASE("each request of a stage is made once, in order, and no more") {
  Setup setup;
  StageRun stage({ClosedLoop{2}, 10'000});
  setup.begin(stage);
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    PreparedPtr request = setup.ahead.take(i);
    if (!request) request = setup.wait_for(i);
    REQUIRE(is_request(request, i));
  }
  CHECK(setup.made == 10'000);
  setup.ahead.end();
}

TEST_CASE("they may be taken in another order than they are made") {
  Setup setup;
  StageRun stage({ClosedLoop{8}, 1'000});
  setup.begin(stage);
  for (std::uint64_t block = 0; block < 1'000; block += 8) {
    for (std::uint64_t i = 8; i > 0; --i) REQUIRE(is_request(setup.wait_for(block + i - 1), block + i - 1));
  }
  setup.ahead.end();
}

TEST_CASE("who waits for one that has no room yet gets it as soon as it has, at whatever moment that is") {
  constexpr std::uint64_t room = 4'096;
  for (int moment = 0; moment < 30; ++moment) {
    Setup setup;
    StageRun stage({ClosedLoop{1}, 20'000});
    setup.begin(stage);
    REQUIRE(is_request(setup.wait_for(room - 1), room - 1));  // the ring was full
    std::promise<void> made_it;
    setup.ahead.tell(room, [&made_it] { made_it.set_value(); });
    const auto until = std::chrono::steady_clock::now() + moment * std::chrono::microseconds(20);
    while (std::chrono::steady_clock::now() < until) {
    }
    REQUIRE(is_request(setup.ahead.take(0), 0));  // nearly all of the ring is still there
    made_it.get_future().wait();
    CHECK(is_request(setup.ahead.take(room), room));
    setup.ahead.end();
  }
}

TEST_CASE("large ones are made no further ahead than the memory for them lasts") {
  constexpr std::size_t megabyte = 1'000'000;
  Setup setup(megabyte);
  StageRun stage({ClosedLoop{1}, 1'000});
  setup.begin(stage);
  REQUIRE(is_request(setup.wait_for(20), 20));
  for (std::uint64_t i = 0; i < 20; ++i) REQUIRE(is_request(setup.wait_for(i), i));
  CHECK(setup.made <= 20 + 36);
  setup.ahead.end();
}

TEST_CASE("what the source throws fails the stage, and nobody waits for ever") {
  Setup setup;
  setup.fails_at = 5;
  StageRun stage({ClosedLoop{20}, 100});
  setup.begin(stage);
  CHECK(stage.error() != nullptr);
  CHECK(setup.ahead.take(4) != nullptr);
  CHECK(setup.ahead.take(5) == nullptr);
  setup.ahead.end();
}

TEST_CASE("of a stage that was stopped no more is made, and the next one begins at its first request") {
  Setup setup;
  StageRun stopped({ClosedLoop{1}, 1'000'000}), next({ClosedLoop{1}, 3});
  stopped.stop();
  setup.begin(stopped);
  setup.ahead.end();
  setup.begin(next);
  for (std::uint64_t i = 0; i < 3; ++i) CHECK(is_request(setup.wait_for(i), i));
  setup.ahead.end();
}

}  // namespace prepare_ahead_test
