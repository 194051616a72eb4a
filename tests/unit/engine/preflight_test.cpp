#include "engine/preflight.hpp"

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace preflight_test {

using namespace llmload;
using engine::check_resources;
using engine::Resources;

constexpr Resources plenty{1'000'000, 1'000'000, std::uint64_t{1} << 40U};

std::string error_with(const Resources& resources, unsigned concurrency, std::uint64_t requests = 1,
                       bool endpoints_in_process = false) {
  Plan plan;
  plan.endpoints_in_process = endpoints_in_process;
  plan.endpoints = {parse_endpoint("https://h/v1/chat/completions")};
  plan.stages = {{ClosedLoop{concurrency}, requests}};
  plan.cores = 1;
  try {
    check_resources(plan, plan.stages[0], {}, resources);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

TEST_CASE("a plan that fits is taken") { CHECK(error_with(plenty, 10'000).empty()); }

TEST_CASE("more sessions than descriptors are refused with both figures") {
  Resources few = plenty;
  few.descriptors = 1'000;
  CHECK(error_with(few, 900).empty());
  CHECK(has(error_with(few, 1'000), "1000 concurrent: needs 1040 file descriptors, and there are 1000"));
}

TEST_CASE("an endpoint in this process takes a descriptor of each connection, too") {
  Resources few = plenty;
  few.descriptors = 1'000;
  CHECK(error_with(few, 480, 1, true).empty());
  CHECK(
      has(error_with(few, 500, 1, true), "500 concurrent: needs 1040 file descriptors, and there are 1000"));
}

TEST_CASE("more sessions than local ports are refused") {
  Resources few = plenty;
  few.ports = 28'232;
  CHECK(error_with(few, 28'000).empty());
  CHECK(has(error_with(few, 30'000), "needs 30000 local ports to one endpoint, and there are 28232"));
}

TEST_CASE("more sessions or requests than fit into memory are refused") {
  Resources few = plenty;
  few.memory = std::uint64_t{200} * 1024 * 1024;
  CHECK(error_with(few, 1'900).empty());  // 50 MiB for answers, 80 KiB a session
  CHECK(has(error_with(few, 2'000), "needs 206 MiB of memory, and there are 200"));
  few.memory /= 100;
  CHECK(error_with(few, 10).empty());
  CHECK(has(error_with(few, 1, 10'000'000), "MiB of memory"));
}

TEST_CASE("answers may hold what the plan says, else a quarter of the memory that is there") {
  Resources some = plenty;
  some.memory = 400;
  Plan plan;
  CHECK(engine::waiting_bytes(plan, some) == 100);
  some.memory = UINT64_MAX;  // nobody knows
  CHECK(engine::waiting_bytes(plan, some) == std::uint64_t{1} << 30U);
  plan.max_waiting_bytes = 5'000'000;
  CHECK(engine::waiting_bytes(plan, some) == 5'000'000);
}

TEST_CASE("this machine tells what it has") {
  const Resources here = engine::resources_of_this_machine();
  CHECK(here.descriptors > 0);
  CHECK(here.ports > 1'000);
  CHECK(here.memory > 1'000'000);
}

TEST_CASE("a stage's own endpoints are counted once each") {
  Plan plan;
  plan.endpoints = {parse_endpoint("https://a/v1/chat/completions"),
                    parse_endpoint("https://b/v1/chat/completions")};
  plan.cores = 1;
  Stage stage{ClosedLoop{500}, 500};
  Resources few = plenty;
  few.descriptors = 1'000;
  CHECK_THROWS_AS(check_resources(plan, stage, {}, few), InputError);
  stage.endpoints = {1, 1, 1};
  CHECK_NOTHROW(check_resources(plan, stage, {}, few));
}

}  // namespace preflight_test
