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
/// A change of the open loop that is the plan's stage.
Change open(const std::function<void(OpenLoop&)>& change) {
  return [change](Plan& p) {
    OpenLoop loop{make_constant_pacer(10)};
    change(loop);
    p.stages[0].loop = loop;
  };
}

TEST_CASE("a plan has a stage, and a closed loop has sessions and an end") {
  check_refused({
      {"stages is empty", [](Plan& p) { p.stages.clear(); }},
      {"stages[0].loop.concurrency is 0; it must be a whole number from 1 to 100000",
       closed([](Stage& s) { s.loop = ClosedLoop{0}; })},
      {"stages[0].loop.concurrency is 100001", closed([](Stage& s) { s.loop = ClosedLoop{100'001}; })},
      {"stages[0] has neither requests nor a duration: it would never end",
       closed([](Stage& s) { s.requests.reset(); })},
      {"stages[1] has neither requests nor a duration", [](Plan& p) { p.stages.push_back({ClosedLoop{1}}); }},
  });
  check_taken({closed([](Stage& s) { s.requests.reset(), s.duration = milliseconds{1}; })});
}

TEST_CASE("a stage's numbers are those that a file may give") {
  check_refused({
      {"stages[0].requests is 1000000001; it must be a whole number from 1 to 1000000000",
       closed([](Stage& s) { s.requests = 1'000'000'001; })},
      {"stages[0].requests is 0; it must be", closed([](Stage& s) { s.requests = 0; })},
      {"stages[0].duration is 0 s; it must be", closed([](Stage& s) { s.duration = seconds{0}; })},
      {"stages[0].duration is -1 s; it must be a number from 0.001 to 604800",
       closed([](Stage& s) { s.duration = seconds{-1}; })},
      {"stages[0].duration is 0.0005 s", closed([](Stage& s) { s.duration = nanoseconds{500'000}; })},
      {"stages[0].duration is 608400 s", closed([](Stage& s) { s.duration = hours{169}; })},
      {"stages[0].warmup_requests is 1000000001",
       closed([](Stage& s) { s.warmup_requests = 1'000'000'001; })},
      {"stages[0].warmup is -0.001 s", closed([](Stage& s) { s.warmup = milliseconds{-1}; })},
      {"stages[0].loop.ramp_up is -0.001 s", closed([](Stage& s) {
         s.loop = ClosedLoop{1, milliseconds{-1}};
       })},
      {"stages[0].cooldown is -0.001 s", closed([](Stage& s) { s.cooldown = milliseconds{-1}; })},
      {"stages[0].own_error.e2e_ms is nan",
       closed([](Stage& s) { s.own_error = OwnErrorP99{.e2e_ms = std::nan("")}; })},
      {"stages[0].own_error.service_ttft_ms is -1",
       closed([](Stage& s) { s.own_error = OwnErrorP99{.service_ttft_ms = -1}; })},
      {"stages[0].loop.concurrency is 0", open([](OpenLoop& l) { l.concurrency = 0; })},
      {"stages[0].loop.concurrency is 100001", open([](OpenLoop& l) { l.concurrency = 100'001; })},
      {"stages[0].loop.rate is nan; it must be a number from 0.0001 to 1000000",
       open([](OpenLoop& l) { l.rate = std::nan(""); })},
      {"stages[0].loop.rate is 0", open([](OpenLoop& l) { l.rate = 0; })},
      {"stages[0].loop.rate is -1", open([](OpenLoop& l) { l.rate = -1; })},
      {"stages[0].loop.rate is inf", open([](OpenLoop& l) { l.rate = INFINITY; })},
      {"stages[0].loop.connections is 0", open([](OpenLoop& l) { l.connections = 0; })},
      {"stages[0].loop.connections is 100001", open([](OpenLoop& l) { l.connections = 100'001; })},
      {"stages[0].loop.arrival is not UTF-8", open([](OpenLoop& l) { l.arrival = "caf\xe9"; })},
  });
  check_taken({closed([](Stage& s) { s.warmup = seconds{1}, s.cooldown = seconds{1}; }),
               closed([](Stage& s) { s.own_error = OwnErrorP99{.e2e_ms = 0.1}; }),
               open([](OpenLoop& l) { l.rate = 10, l.arrival = "constant", l.connections = 2; })});
}

TEST_CASE("an open loop has a pacer, and can do what it says") {
  check_refused({
      {"stages[0].loop.pacer is null", open([](OpenLoop& l) { l.pacer = nullptr; })},
      {"stages[0].loop.when_full is drop, and the loop has no concurrency with which it is full",
       open([](OpenLoop& l) { l.when_full = WhenFull::drop; })},
      {"stages[0].loop.connections are opened before the stage",
       [](Plan& p) {
         open([](OpenLoop& l) { l.connections = 4; })(p);
         p.connection = Connection::per_request;
       }},
  });
  check_taken({open([](OpenLoop& l) { l.when_full = WhenFull::drop, l.concurrency = 4; })});
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
