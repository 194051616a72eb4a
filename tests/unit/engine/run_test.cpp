#include "llmload/run.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace run_test {

using namespace llmload;

/// Has one request, to a port where nobody listens.
Plan small_plan() {
  Plan plan;
  plan.endpoints = {parse_endpoint("http://127.0.0.1:1/v1/chat/completions")};
  plan.stages = {{ClosedLoop{1}, 1}};
  plan.source = std::make_shared<PromptList>(std::vector<std::string>{"Hello"});
  plan.api_key = Secret("sk-0123456789abcdef");
  plan.cores = 1;
  return plan;
}

/// The error of running small_plan() after `change`; "" where it runs.
std::string refusal(const std::function<void(Plan&)>& change) {
  Plan plan = small_plan();
  change(plan);
  std::string error;
  try {
    (void)run(plan);
  } catch (const InputError& e) {
    error = e.what();
  } catch (const std::exception&) {
    // of another kind: not found before the traffic
  }
  return error;
}

TEST_CASE("a plan that lacks something is refused before any traffic") {
  CHECK(has(refusal([](Plan& p) { p.endpoints.clear(); }), "endpoints is empty"));
  CHECK(has(refusal([](Plan& p) { p.stages.clear(); }), "stages is empty"));
  CHECK(has(refusal([](Plan& p) { p.source.reset(); }), "source is null"));
  CHECK(has(refusal([](Plan& p) { p.stages[0].loop = ClosedLoop{0}; }), "stages[0].loop.concurrency is 0"));
  CHECK(has(refusal([](Plan& p) { p.stages[0].requests.reset(); }), "never end"));
}

TEST_CASE("a plan whose endpoints are of two kinds is refused") {
  CHECK(has(
      refusal([](Plan& p) { p.endpoints.push_back(parse_endpoint("http://127.0.0.1:1/v1/completions")); }),
      "mix"));
}

TEST_CASE("a plan whose endpoint has no dialect is refused") {
  CHECK(has(refusal([](Plan& p) { p.endpoints[0].dialect = nullptr; }), "endpoints[0].dialect is null"));
  CHECK(has(refusal([](Plan& p) { p.endpoints.emplace_back(p.endpoints[0]).dialect = nullptr; }),
            "endpoints[1].dialect is null"));
}

TEST_CASE("a plan with a key or a header that would break its line is refused, without being shown") {
  const auto key = refusal([](Plan& p) { p.api_key = Secret("sk-bad\r\nx: 1"); });
  CHECK_FALSE(key.empty());
  CHECK_FALSE(has(key, "sk-bad"));
  CHECK_FALSE(refusal([](Plan& p) { p.extra_headers = {{"x-a", "1\r\nx-b: 2"}}; }).empty());
  CHECK_FALSE(refusal([](Plan& p) { p.extra_headers = {{"x-a: 1\r\nx-b", "2"}}; }).empty());
}

TEST_CASE("a plan with an extra body that is no JSON object is refused") {
  CHECK_FALSE(refusal([](Plan& p) { p.extra_body = "{"; }).empty());
  CHECK_FALSE(refusal([](Plan& p) { p.extra_body = "[]"; }).empty());
}

TEST_CASE("a plan that runs is run, and a server that is not there is an outcome") {
  const auto result = run(small_plan());
  REQUIRE(result.stages.size() == 1);
  CHECK(result.stages[0].begun == 1);
  CHECK(result.stages[0].by_outcome[static_cast<std::size_t>(Outcome::connect_failed)] == 1);
  CHECK_FALSE(result.valid);
  CHECK_FALSE(result.invalid_reasons.empty());
}

}  // namespace run_test
