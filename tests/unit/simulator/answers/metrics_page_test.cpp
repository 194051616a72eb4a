#include "simulator/answers/metrics_page.hpp"

#include "metrics/server/server_reading.hpp"
#include "support/catch.hpp"

namespace simulator_metrics_page_test {

using llmload::metrics::read_server_page;
using llmload::metrics::ServerValue;
using llmload::simulator::asks_for_metrics;
using llmload::simulator::metrics_page;

TEST_CASE("the simulator's page is one that is read, and those beyond its batch wait") {
  const auto page = read_server_page(metrics_page({7, 100, 40}, 4, 0.25));
  REQUIRE(page);
  CHECK((*page)[ServerValue::running] == 4);
  CHECK((*page)[ServerValue::queued] == 3);
  CHECK((*page)[ServerValue::kv_cache] == 0.25);
  CHECK((*page)[ServerValue::prefix_queries] == 100);
  CHECK((*page)[ServerValue::prefix_hits] == 40);
  CHECK((*page)[ServerValue::preemptions] == 0);
}

TEST_CASE("without a batch nobody waits, and without a prefix cache nothing is said of one") {
  const auto page = read_server_page(metrics_page({7, 0, 0}, {}, {}));
  REQUIRE(page);
  CHECK((*page)[ServerValue::running] == 7);
  CHECK((*page)[ServerValue::queued] == 0);
  CHECK_FALSE((*page)[ServerValue::kv_cache]);
  CHECK_FALSE((*page)[ServerValue::prefix_queries]);
}

TEST_CASE("a GET of a path that ends so asks for it") {
  const auto asks = [](const char* method, const char* target) {
    llmload::simulator::Request request;
    request.method = method;
    request.target = target;
    return asks_for_metrics(request);
  };
  CHECK(asks("GET", "/metrics"));
  CHECK(asks("GET", "/a/metrics?x=1"));
  CHECK_FALSE(asks("POST", "/metrics"));
  CHECK_FALSE(asks("GET", "/v1/models?of=/metrics"));
}

}  // namespace simulator_metrics_page_test
