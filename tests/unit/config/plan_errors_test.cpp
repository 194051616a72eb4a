#include "config/plan_errors.hpp"

#include <string>

#include "support/catch.hpp"

namespace plan_errors_test {

using namespace llmload;
using namespace llmload::config;
namespace json = boost::json;

std::string told(const std::string& member, const Entries& entries) {
  return told_by_key(PlanError(member, "is bad"), entries, "p.json");
}

TEST_CASE("a member is told by the key that gave it, and by where it was given") {
  const Entries entries = {{"TOP_P", {7, "--set"}}, {"RETRY", {"rate-limited", "p.json"}}};
  CHECK(told("top_p", entries) == "--set: /TOP_P: is bad");
  CHECK(told("retry.rate_limited", entries) == "p.json: /RETRY: is bad");
  CHECK(told("timeouts.idle", entries) == "p.json: /IDLE_TIMEOUT_SECONDS: is bad");
  CHECK(told("goodput.ttft_ms", entries) == "p.json: /GOODPUT: is bad");
  CHECK(told("stages[2].warmup_requests", entries) == "p.json: /WARMUP_REQUESTS: is bad");
  CHECK(told("stages[2].loop.rate", entries) == "p.json: /REQUEST_RATE: is bad");
  CHECK(told("stages[2].loop.arrival", entries) == "p.json: /ARRIVAL: is bad");
  CHECK(told("stages[2].loop.when_full", entries) == "p.json: /WHEN_FULL: is bad");
  CHECK(told("stages[2].loop.connections", entries) == "p.json: /CONNECTIONS: is bad");
}

TEST_CASE("a part of a list or an object is told by its place") {
  Entries entries = {{"MODEL_ENDPOINTS", {json::array{"a", "b"}, "p.json"}},
                     {"EXTRA_HEADERS", {json::object{{"x-a", "1"}, {"x-b", "2"}}, "p.json"}}};
  CHECK(told("endpoints[1].host", entries) == "p.json: /MODEL_ENDPOINTS/1: is bad");
  CHECK(told("extra_headers[1].second", entries) == "p.json: /EXTRA_HEADERS/x-b: is bad");
  CHECK(told("endpoints", entries) == "p.json: /MODEL_ENDPOINTS: is bad");
  entries[0].second.value = "a";
  CHECK(told("endpoints[0].host", entries) == "p.json: /MODEL_ENDPOINTS: is bad");
}

TEST_CASE("of two keys of a member the one that was given is told") {
  CHECK(told("max_tokens", {{"MAX_NEW_TOKEN", {1, "a"}}}) == "a: /MAX_NEW_TOKEN: is bad");
  CHECK(told("max_tokens", {{"OUTPUT_TOKENS", {1, "b"}}}) == "b: /OUTPUT_TOKENS: is bad");
}

TEST_CASE("a member that no key gives is told as it is") {
  CHECK(told("run_id", {}) == "p.json: run_id is bad");
  CHECK(told("max_token", {}) == "p.json: max_token is bad");
  CHECK(told("endpoints[0].proxy.port", {}) == "the environment's HTTPS_PROXY: its port is bad");
}

}  // namespace plan_errors_test
