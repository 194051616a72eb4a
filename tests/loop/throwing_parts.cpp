#include <atomic>
#include <functional>
#include <llmload/llmload.hpp>
#include <memory>
#include <string>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/threads.hpp"

namespace loop_throwing_parts {

using namespace llmload;
using test::plan_for;

/// What a user's part throws that is no std::exception.
struct Strange {};

/// run() throws Strange, and leaves no thread behind.
void check_throws(const Plan& plan, const RunOptions& options = {}) {
  const std::ptrdiff_t before = test::threads();
  CHECK_THROWS_AS(run(plan, options), Strange);
  CHECK(test::threads_fall_to(before));
}

struct Times : Pacer {
  explicit Times(std::function<std::optional<std::int64_t>(std::uint64_t)> ms) : ms_(std::move(ms)) {}
  std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    const auto at = ms_(index);
    return at ? std::optional<std::chrono::nanoseconds>(std::chrono::milliseconds(*at)) : std::nullopt;
  }
  std::function<std::optional<std::int64_t>(std::uint64_t)> ms_;
};

struct Broken : Tokenizer {
  std::size_t count(std::string_view) const override { throw Strange(); }
};

Stage open_stage(std::shared_ptr<const Pacer> pacer) {
  return {OpenLoop{.pacer = std::move(pacer), .connections = 2}};
}

/// Sixty requests, the last ones due so late that a run which waited for them would not end.
std::shared_ptr<const Pacer> long_times() {
  return std::make_shared<Times>([](std::uint64_t i) {
    return i < 60 ? std::optional<std::int64_t>(i < 50 ? 0 : 3'600'000) : std::nullopt;
  });
}

std::shared_ptr<const RequestSource> prompts_that_end() {
  return std::make_shared<test::PromptsBy>([](std::uint64_t index) -> std::string {
    if (index == 20) throw Strange();
    return "hello";
  });
}

TEST_CASE("what a progress function throws ends the run, whatever it is") {
  const Simulator simulator(test::instant());
  RunOptions options;
  options.progress = [](const Progress&) { throw Strange(); };
  check_throws(plan_for(simulator, {{ClosedLoop{2}, 1'000'000}}), options);
  check_throws(plan_for(simulator, {open_stage(long_times())}), options);
}

TEST_CASE("a progress function that throws while connections are opened ends that, too") {
  SimulatorOptions silent = test::instant();
  silent.faults = {{Fault::silent, 1}};
  const Simulator simulator(silent);
  RunOptions options;
  int calls = 0;
  options.progress = [&calls](const Progress&) {
    ++calls;
    throw Strange();
  };
  check_throws(plan_for(simulator, {{ClosedLoop{2}, 1'000'000}}), options);
  CHECK(calls == 1);
}

TEST_CASE("what a source of requests throws ends the run, in each loop, and for a quota") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{2}, 1'000'000}});
  plan.source = prompts_that_end();
  check_throws(plan);
  plan.quota = Quota{{}, 1'000'000'000};
  check_throws(plan);
  plan.stages = {open_stage(long_times())};
  check_throws(plan);
  plan.quota.reset();
  check_throws(plan);
}

TEST_CASE("a source of requests that gives nothing ends the run") {
  struct Nothing : RequestSource {
    std::shared_ptr<const RequestSpec> next(const Conversation&) const override { return nullptr; }
  };
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{2}, 10}});
  plan.source = std::make_shared<Nothing>();
  CHECK_THROWS_WITH(run(plan), "the plan's source gives nothing for request 0");
}

TEST_CASE("a source of requests that gives other prompts when it is asked again does no harm") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{2}, 100}});
  auto calls = std::make_shared<std::atomic<unsigned>>(0);
  plan.source = std::make_shared<test::PromptsBy>(
      [calls](std::uint64_t) { return std::string((*calls)++ % 7 * 1'000, 'x'); });
  plan.quota = Quota{1'000'000'000, {}};
  CHECK(run(plan).stages[0].ok == 100);
}

/// A chat of which one function throws, when it is called for the twentieth time.
struct Limited : Dialect {
  explicit Limited(bool writes) : writes_(writes) {}
  std::string_view name() const override { return "limited"; }
  std::string_view path_suffix() const override { return ""; }
  std::string body(const RequestSpec& spec, const BodySettings& settings) const override {
    if (writes_ && ++calls_ == 20) throw Strange();
    return chat_dialect()->body(spec, settings);
  }
  bool read(std::string_view, std::string_view, AnswerFacts&) const override {
    if (!writes_ && ++calls_ == 20) throw Strange();
    return false;
  }
  bool writes_;
  mutable std::atomic<int> calls_{0};
};

TEST_CASE("what a dialect throws ends the run, where it writes and where it reads, in each loop") {
  const Simulator simulator(test::instant());
  for (const bool writes : {true, false}) {
    for (const bool stream : {true, false}) {
      INFO("writes " << writes << ", stream " << stream);
      Plan plan = plan_for(simulator, {{ClosedLoop{2}, 1'000'000}});
      plan.stream = stream;
      plan.source = std::make_shared<test::PromptsBy>([](std::uint64_t i) { return std::to_string(i); });
      const std::string url = plan.endpoints[0].url;
      plan.endpoints = {parse_endpoint(url, std::make_shared<Limited>(writes))};
      check_throws(plan);
      plan.endpoints = {parse_endpoint(url, std::make_shared<Limited>(writes))};
      plan.stages = {open_stage(long_times())};
      check_throws(plan);
    }
  }
}

TEST_CASE("a tokenizer that throws leaves tokens unknown, and ends the run where a quota needs them") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{2}, 20}});
  plan.tokenizer = std::make_shared<Broken>();
  const RunResult result = run(plan);
  CHECK(result.stages[0].ok == 20);
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].text() == "counting tokens: the tokenizer threw something unknown");
  plan.quota = Quota{1'000'000'000, {}};
  check_throws(plan);
  plan.system_prompt = "Be brief.";  // counted before all others
  check_throws(plan);
}

TEST_CASE("a sink that throws something that is no exception loses its output and nothing else") {
  struct Strangely : Sink {
    void on_start(const RunHeader&) override { throw Strange(); }
    void on_stage_begin(const StageBegin&) override { throw Strange(); }
    void on_record(const RequestRecord&) override { throw Strange(); }
    void on_stage(const Summary&) override { throw Strange(); }
    void on_end(const RunResult&) override { throw Strange(); }
  } sink;
  const Simulator simulator(test::instant());
  const RunResult result =
      run(plan_for(simulator, {{ClosedLoop{1}, 5}, {ClosedLoop{2}, 5}}), {.sink = &sink});
  CHECK(result.stages.size() == 2);
  CHECK_FALSE(result.errors.empty());
}

TEST_CASE("what a pacer throws comes out of run before any traffic") {
  const Simulator simulator(test::instant());
  const auto throwing = [](std::uint64_t i) -> std::optional<std::int64_t> {
    if (i >= 3) throw Strange();
    return 0;
  };
  check_throws(plan_for(simulator, {open_stage(std::make_shared<Times>(throwing))}));
  CHECK(simulator.connections() == 0);
}

TEST_CASE("what credentials throw comes out of run before any traffic") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 10}});
  plan.credentials = make_credentials([](const std::stop_token&) -> Credentials::Key { throw Strange(); });
  check_throws(plan);
  CHECK(simulator.connections() == 0);
}

TEST_CASE("a pacer that breaks its promise is refused before any traffic") {
  const Simulator simulator(test::instant());
  const auto calls = std::make_shared<std::uint64_t>(0);
  constexpr std::int64_t century = std::int64_t{100} * 366 * 24 * 3'600 * 1'000;
  using Due = std::optional<std::int64_t>;
  const std::pair<const char*, std::function<Due(std::uint64_t)>> pacers[] = {
      {"before the one ahead of it", [](std::uint64_t i) { return i < 9 ? Due(i == 5 ? 0 : i) : Due(); }},
      {"before the stage's start", [](std::uint64_t i) { return i < 9 ? Due(-1) : Due(); }},
      {"at another time", [calls](std::uint64_t i) { return i < 9 ? Due((*calls)++ * 1'000) : Due(); }},
      {"the one behind it is", [](std::uint64_t i) { return i < 9 && i != 4 ? Due(i) : Due(); }},
      {"more than 100 years", [](std::uint64_t i) { return i < 9 ? Due(i == 8 ? century : 0) : Due(); }}};
  for (const auto& [why, due] : pacers) {
    INFO(why);
    std::string refusal;
    try {
      (void)run(plan_for(simulator, {open_stage(std::make_shared<Times>(due))}));
    } catch (const InputError& e) {
      refusal = e.what();
    }
    CHECK(refusal.find(why) != std::string::npos);
  }
  CHECK(simulator.connections() == 0);
}

}  // namespace loop_throwing_parts
