#include <chrono>
#include <cmath>
#include <llmload/stage_source.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "unit/validation/refusal.hpp"

namespace stage_rules_test {

using namespace llmload;
using namespace llmload::validation_test;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// A change of the plan's stage, a closed loop.
Change closed(const std::function<void(Stage&)>& change) {
  return [change](Plan& p) { change(p.stages[0]); };
}
/// Likewise of an open loop.
Change open(const std::function<void(Stage&)>& change) {
  return [change](Plan& p) {
    Stage& stage = p.stages[0];
    stage.pacer = make_constant_pacer(10);
    stage.concurrency = 0;
    change(stage);
  };
}

TEST_CASE("a plan has a stage, and a closed loop has sessions and an end") {
  check_refused({
      {"stages is empty", [](Plan& p) { p.stages.clear(); }},
      {"stages[0].concurrency is 0; it must be a whole number from 1 to 100000",
       closed([](Stage& s) { s.concurrency = 0; })},
      {"stages[0].concurrency is 100001", closed([](Stage& s) { s.concurrency = 100'001; })},
      {"stages[0] has neither requests nor a duration: it would never end",
       closed([](Stage& s) { s.requests = 0; })},
      {"stages[1] has neither requests nor a duration",
       [](Plan& p) {
         p.stages.push_back({1, 0, nanoseconds{0}});
       }},
  });
  check_taken({closed([](Stage& s) { s.requests = 0, s.duration = milliseconds{1}; })});
}

TEST_CASE("a stage's numbers are those that a file may give") {
  check_refused({
      {"stages[0].requests is 1000000001; it must be a whole number from 1 to 1000000000",
       closed([](Stage& s) { s.requests = 1'000'000'001; })},
      {"stages[0].duration is -1 s; it must be a number from 0.001 to 604800",
       closed([](Stage& s) { s.duration = seconds{-1}; })},
      {"stages[0].duration is 0.0005 s", closed([](Stage& s) { s.duration = nanoseconds{500'000}; })},
      {"stages[0].duration is 608400 s", closed([](Stage& s) { s.duration = hours{169}; })},
      {"stages[0].warmup_requests is 1000000001",
       closed([](Stage& s) { s.warmup_requests = 1'000'000'001; })},
      {"stages[0].warmup is -0.001 s", closed([](Stage& s) { s.warmup = milliseconds{-1}; })},
      {"stages[0].cooldown is -0.001 s", closed([](Stage& s) { s.cooldown = milliseconds{-1}; })},
      {"stages[0].own_error.e2e_ms is nan",
       closed([](Stage& s) { s.own_error = OwnErrorP99{.e2e_ms = std::nan("")}; })},
      {"stages[0].own_error.service_ttft_ms is -1",
       closed([](Stage& s) { s.own_error = OwnErrorP99{.service_ttft_ms = -1}; })},
      {"stages[0].concurrency is 100001", open([](Stage& s) { s.concurrency = 100'001; })},
      {"stages[0].rate is nan; it must be a number from 0.0001 to 1000000",
       open([](Stage& s) { s.rate = std::nan(""); })},
      {"stages[0].rate is -1", open([](Stage& s) { s.rate = -1; })},
      {"stages[0].rate is inf", open([](Stage& s) { s.rate = INFINITY; })},
      {"stages[0].connections is 100001", open([](Stage& s) { s.connections = 100'001; })},
      {"stages[0].arrival is not UTF-8", open([](Stage& s) { s.arrival = "caf\xe9"; })},
  });
  check_taken({closed([](Stage& s) { s.warmup = seconds{1}, s.cooldown = seconds{1}; }),
               closed([](Stage& s) { s.own_error = OwnErrorP99{.e2e_ms = 0.1}; }),
               open([](Stage& s) { s.rate = 10, s.arrival = "constant", s.connections = 2; })});
}

TEST_CASE("what an open loop would do is said of a stage with a pacer alone") {
  const std::string forgotten = " is for an open loop, and the stage has no pacer";
  check_refused({
      {"stages[0].rate" + forgotten, closed([](Stage& s) { s.rate = 50; })},
      {"stages[0].arrival" + forgotten, closed([](Stage& s) { s.arrival = "poisson"; })},
      {"stages[0].when_full" + forgotten, closed([](Stage& s) { s.when_full = WhenFull::drop; })},
      {"stages[0].connections" + forgotten, closed([](Stage& s) { s.connections = 4; })},
      {"stages[0].when_full is drop, and the stage has no concurrency with which it is full",
       open([](Stage& s) { s.when_full = WhenFull::drop; })},
      {"stages[0].connections are opened before the stage",
       [](Plan& p) {
         open([](Stage& s) { s.connections = 4; })(p);
         p.connection = Connection::per_request;
       }},
  });
  check_taken({open([](Stage& s) { s.when_full = WhenFull::drop, s.concurrency = 4; })});
}

TEST_CASE("a stage's own endpoints are the plan's, and its salt is a word") {
  struct None : StageSource {
    std::optional<Stage> next(std::span<const Summary>) const override { return {}; }
  };
  check_refused({
      {"stages[0].endpoints[1] is 7, and the plan's last one is number", closed([](Stage& s) {
         s.endpoints = {0, 7};
       })},
      {"stages[0].salt is not UTF-8", closed([](Stage& s) { s.salt = "\xff"; })},
      {"stages[0].salt has a control character", closed([](Stage& s) { s.salt = "a\nb"; })},
      {"stage_source is set, and so is stages", [](Plan& p) { p.stage_source = std::make_shared<None>(); }},
  });
}

}  // namespace stage_rules_test
