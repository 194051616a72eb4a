#include "metrics/server/server_reading.hpp"

#include <string>

#include "support/catch.hpp"

namespace server_reading_test {

using namespace llmload;
using metrics::read_server_page;
using metrics::ServerReading;
using metrics::ServerValue;

std::optional<double> value_of(const std::string& page, ServerValue value) {
  const auto reading = read_server_page(page);
  return reading ? (*reading)[value] : std::nullopt;
}

std::optional<double> running(const std::string& line) { return value_of(line, ServerValue::running); }

TEST_CASE("a server's page is read by the names that it has") {
  const auto vllm = read_server_page(
      "# HELP vllm:num_requests_running Number of requests in model execution batches.\n"
      "# TYPE vllm:num_requests_running gauge\n"
      "vllm:num_requests_running{engine=\"0\",model_name=\"m\"} 38.0\n"
      "vllm:num_requests_waiting{engine=\"0\",model_name=\"m\"} 2.0\n"
      "vllm:kv_cache_usage_perc{engine=\"0\",model_name=\"m\"} 0.7\n"
      "vllm:prefix_cache_queries_total{engine=\"0\"} 1.0e3\n"
      "vllm:prefix_cache_queries_created{engine=\"0\"} 1.7e9\n"
      "vllm:prefix_cache_hits_total{engine=\"0\"} 900\n"
      "vllm:num_preemptions_total{engine=\"0\"} 3\n");
  REQUIRE(vllm);
  CHECK((*vllm)[ServerValue::running] == 38);
  CHECK((*vllm)[ServerValue::queued] == 2);
  CHECK((*vllm)[ServerValue::kv_cache] == 0.7);
  CHECK((*vllm)[ServerValue::prefix_queries] == 1000);
  CHECK((*vllm)[ServerValue::prefix_hits] == 900);
  CHECK((*vllm)[ServerValue::preemptions] == 3);
  CHECK_FALSE((*vllm)[ServerValue::prefix_share]);
  CHECK(value_of("vllm:gpu_cache_usage_perc 0.5\n", ServerValue::kv_cache) == 0.5);
  CHECK(running("sglang:num_running_reqs{model_name=\"m\"} 4\n") == 4);
  CHECK(value_of("sglang:num_queue_reqs 5\n", ServerValue::queued) == 5);
  CHECK(value_of("sglang:token_usage 0.28\n", ServerValue::kv_cache) == 0.28);
  CHECK(value_of("sglang:cache_hit_rate 0.0075\n", ServerValue::prefix_share) == 0.0075);
  CHECK(running("llamacpp:requests_processing 1\n") == 1);
  CHECK(value_of("llamacpp:requests_deferred 6\n", ServerValue::queued) == 6);
  CHECK(running("tgi_batch_current_size 7\n") == 7);
  CHECK(value_of("tgi_queue_size 8\n", ServerValue::queued) == 8);
  CHECK(running("lmdeploy:num_requests_running{engine=\"0\"} 9\n") == 9);
}

TEST_CASE("series of one name are added up, and of shares the highest counts") {
  CHECK(running("vllm:num_requests_running{engine=\"0\"} 3\nvllm:num_requests_running{engine=\"1\"} 4\n") ==
        7);
  const std::string two =
      "vllm:kv_cache_usage_perc{engine=\"0\"} 0.25\nvllm:kv_cache_usage_perc{engine=\"1\"} 0.75\n";
  CHECK(value_of(two, ServerValue::kv_cache) == 0.75);
}

TEST_CASE("where a page has an old name beside the new one, the new one is taken alone") {
  const std::string both = "vllm:gpu_prefix_cache_hits_total 10\nvllm:prefix_cache_hits_total 10\n";
  CHECK(value_of(both, ServerValue::prefix_hits) == 10);
}

TEST_CASE("labels may hold whatever ends them elsewhere") {
  CHECK(running(R"(vllm:num_requests_running{model_name="a}\"} 9",b="c d"} 3)") == 3);
  CHECK(running("vllm:num_requests_running {a=\"b\"}\t3 1700000000000\r\n") == 3);
  CHECK(running("  vllm:num_requests_running 3 # {trace_id=\"x\"} 9\n") == 3);
  CHECK(running("vllm:num_requests_running{a=\"b 3\n") == std::nullopt);
  CHECK(running("vllm:num_requests_running{a=\"b\\") == std::nullopt);
}

TEST_CASE("what is no number that can be is as if it were not there") {
  for (const char* value :
       {"NaN", "nan", "+Inf", "-Inf", "inf", "-1", "1e300", "1e999", "x", "3x", "", "0x10"}) {
    INFO(value);
    CHECK_FALSE(running(std::string("vllm:num_requests_running ") + value + "\n"));
  }
  CHECK_FALSE(value_of("vllm:kv_cache_usage_perc 1.5\n", ServerValue::kv_cache));
  const std::string two =
      "vllm:num_preemptions_total{e=\"0\"} 9e15\nvllm:num_preemptions_total{e=\"1\"} 9e15\n";
  CHECK_FALSE(value_of(two, ServerValue::preemptions));  // together it is more than can be
}

TEST_CASE("a page of something else has no values") {
  CHECK_FALSE(read_server_page(""));
  CHECK_FALSE(read_server_page("<!doctype html><html><body>vllm:num_requests_running 3</body></html>"));
  CHECK_FALSE(read_server_page("node_load1 0.21\n"));
  CHECK_FALSE(read_server_page("# vllm:num_requests_running 3\n"));
  CHECK_FALSE(read_server_page("vllm:num_requests_running_other 3\n"));
  CHECK_FALSE(read_server_page(std::string("\n\0{\n}", 5)));
}

}  // namespace server_reading_test
