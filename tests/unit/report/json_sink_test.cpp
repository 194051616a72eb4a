#include <boost/json.hpp>
#include <filesystem>
#include <iterator>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "support/catch.hpp"
#include "support/stages.hpp"
#include "text/read_file.hpp"
#include "unit/report/sample_summary.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace json_sink_test {

using namespace llmload;
using report_test::distribution_of;
using report_test::failed_summary;
using report_test::full_summary;
using report_test::open_summary;
using report_test::streamed_summary;
namespace json = boost::json;

struct File {
  tokenize::TemporaryDirectory folder;
  std::string path = (folder.path() / "summary.json").string();
  JsonSink sink{path};
  [[nodiscard]] json::value read() const { return json::parse(text::read_file(path)); }
};

RunHeader run_header() {
  Plan p;
  p.api_key = Secret("sk-secret-key");
  p.extra_headers = {{"x-a", "header-secret"}};
  p.parameters_json = R"({"MAX_NEW_TOKEN":256,"API_KEY":"[redacted]"})";
  p.warnings = {"a \"warning\""};
  return header_of(p);
}

TEST_CASE("summary.json is valid JSON at the start, after every stage and at the end") {
  File file;
  file.sink.on_start(run_header());
  CHECK(file.read().at("stages").as_array().empty());
  CHECK(file.read().at("complete") == false);
  file.sink.on_stage(full_summary());
  CHECK(file.read().at("stages").as_array().size() == 1);
  file.sink.on_stage(failed_summary());
  CHECK(file.read().at("stages").as_array().size() == 2);
  CHECK(file.read().at("complete") == false);
  RunResult result;
  result.stages = {full_summary(), failed_summary()};
  result.errors = {{"", "the CSV is lost"}};
  file.sink.on_end(result);
  const auto root = file.read();
  CHECK(root.at("complete") == true);
  CHECK(root.at("valid") == true);
  CHECK(root.at("errors") == json::array({"the CSV is lost"}));
  CHECK(root.at("stages").as_array().size() == 2);
}

TEST_CASE("a summary.json that serves a second run has nothing of the first") {
  File file;
  file.sink.on_start(run_header());
  RunResult result;
  result.stages = {full_summary()};
  result.valid = false;
  result.errors = {{"", "the CSV is lost"}};
  file.sink.on_end(result);
  file.sink.on_start(run_header());
  const auto root = file.read();
  CHECK(root.at("stages").as_array().empty());
  CHECK(root.at("errors").as_array().empty());
  CHECK(root.at("valid") == true);
}

TEST_CASE("summary.json has the parameters and warnings, and no secret") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(full_summary());
  const auto root = file.read();
  CHECK(root.at("parameters").at("MAX_NEW_TOKEN") == 256);
  CHECK(root.at("warnings").at(0) == "a \"warning\"");
  CHECK(root.at("connection") == "keep-alive");
  CHECK(root.at("tokens_from") == "server usage");
  CHECK_FALSE(has(text::read_file(file.path), "sk-secret-key"));
  CHECK_FALSE(has(text::read_file(file.path), "header-secret"));
}

TEST_CASE("a stage has its numbers, unrounded") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(full_summary());
  const auto root = file.read();
  const auto& stage = root.at("stages").at(0);
  CHECK(stage.at("concurrency") == 64);
  CHECK(stage.at("requests") == 64);
  CHECK(stage.at("ok") == 62);
  CHECK(stage.at("failed") == 2);
  CHECK(stage.at("e2e_ms").at("p50").as_double() == 277.468);
  CHECK(stage.at("e2e_ms").at("p99").as_double() == 348.351);
  CHECK(stage.at("e2e_ms").at("count") == 62);
  CHECK(stage.at("output_tokens_per_second").as_double() == 36875.359);
  CHECK(stage.at("below_threshold") == 3);
  CHECK(stage.at("outcomes") == json::parse(R"({"ok":62,"rate_limited":2})"));
  CHECK(stage.at("requests_by_shard") == json::parse("[32,32]"));
  CHECK(stage.at("time_source") == "kernel");
  CHECK(stage.at("commonest_failure").at("outcome") == "rate_limited");
  CHECK(stage.at("usage_output_tokens").is_null());
  CHECK(stage.at("usage_cached_tokens").is_null());
  CHECK(stage.at("usage_ratio").is_null());
  CHECK(stage.at("token_doubt").is_null());
  CHECK(stage.at("finish_reasons") == json::parse(R"({"stop":62})"));
}

TEST_CASE("a stage has what the server said of itself, where it did") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(full_summary());
  Summary s = full_summary();
  s.server = report_test::server_metrics();
  file.sink.on_stage(s);
  s.server = ServerMetrics{};
  file.sink.on_stage(s);
  const auto root = file.read();
  CHECK_FALSE(root.at("stages").at(0).as_object().contains("server"));
  CHECK(root.at("stages").at(1).at("server") ==
        json::parse(R"({"scrapes":6,"scrapes_failed":1,"running":{"mean":3.5E0,"max":4E0},
                        "queued":{"mean":2.5E-1,"max":2E0},"kv_cache_share":{"mean":1.25E-1,"max":5E-1},
                        "prefix_queries":400,"prefix_hits":300,"prefix_hit_share":7.5E-1,"preemptions":1})"));
  CHECK(root.at("stages").at(2).at("server").at("queued").is_null());
}

TEST_CASE("a stage has the metrics of streamed answers, each with its p999") {
  File file;
  auto h = run_header();
  h.settings.stream = true;
  file.sink.on_start(h);
  auto s = streamed_summary();
  s.p999_supported = true;
  file.sink.on_stage(s);
  const auto root = file.read();
  CHECK(root.at("stream") == true);
  const auto& stage = root.at("stages").at(0);
  CHECK(stage.at("e2e_ms").at("p999").as_double() == 349.9);
  CHECK(stage.at("ttft_ms").at("p50").as_double() == 51.234);
  CHECK(stage.at("ttfo_ms").at("p50").as_double() == 71.234);
  CHECK(stage.at("tpot_ms").at("p99").as_double() == 22.506);
  CHECK(stage.at("itl_ms").at("count") == 15'000);
  CHECK(stage.at("usage_cached_tokens") == 70);
  CHECK(stage.at("shared_tokens") == 60);
  CHECK(stage.at("conversations") ==
        json::parse(R"({"begun":9,"done":7,"broken_off":2,"turns":30,"planned_requests_per_second":12.5})"));
  CHECK(stage.at("usage_reasoning_tokens") == 80);
  CHECK(stage.at("usage_ratio") == 1.75);
  CHECK(stage.at("token_doubt") == "the server counts twice as many");
  CHECK(stage.at("event_gap_ms").at("mean").as_double() == 40.5);
  CHECK(stage.at("tokens_per_event").at("mean").as_double() == 1.987);
  CHECK(stage.at("merged_share").as_double() == 0.0123456);
  CHECK(stage.at("first_token_merged_share").as_double() == 0.25);
  CHECK(stage.at("request_output_rate").at("mean").as_double() == 918.5);
  CHECK(stage.at("request_prompt_rate").at("mean").as_double() == 500.5);
  CHECK(stage.at("goodput").as_double() == 120.125);
  CHECK(stage.at("good_share").as_double() == 0.9375);
  CHECK(stage.at("reasoning_tokens") == 1'000);
  CHECK(stage.at("tool_tokens") == 10);
  CHECK(stage.at("started_at") == 123'456'789);
  CHECK(stage.at("p99_supported") == false);
  CHECK(stage.at("p999_supported") == true);
}

TEST_CASE("each member of summary.json is described in docs/summary.md, or is in the catalogue's table") {
  const auto docs = text::read_file(LLMLOAD_SOURCE_DIR "/docs/summary.md");
  const auto catalogue = text::read_file(LLMLOAD_SOURCE_DIR "/docs/metrics.md");
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(open_summary());
  const auto root = file.read();
  for (const auto* object : {&root, &root.at("stages").at(0), &root.at("stages").at(0).at("e2e_ms"),
                             &root.at("stages").at(0).at("own_error")}) {
    for (const auto& member : object->as_object()) {
      INFO(member.key());
      const std::string name = '`' + std::string(member.key()) + '`';
      CHECK((has(docs, name) || has(catalogue, "\n| " + name + " | ")));
    }
  }
}

TEST_CASE("a run has its id, its host and its stages' times, and says where it is simulated") {
  File file;
  auto h = run_header();
  file.sink.on_start(h);
  CHECK(file.read().at("simulated") == false);
  CHECK(file.read().at("run_id").is_null());
  h.run_id = "0123abcd";
  h.host = "a-machine";
  h.settings.simulated = true;
  file.sink.on_start(h);
  auto s = full_summary();
  s.started_at_utc = "2026-01-31T12:00:00.000000001Z";
  s.tail_seconds = 0.25;
  distribution_of(s, "e2e_ms")->from_histogram = true;
  file.sink.on_stage(s);
  const auto root = file.read();
  CHECK(root.at("run_id") == "0123abcd");
  CHECK(root.at("host") == "a-machine");
  CHECK(root.at("simulated") == true);
  const auto& stage = root.at("stages").at(0);
  CHECK(stage.at("started_at_utc") == "2026-01-31T12:00:00.000000001Z");
  CHECK(stage.at("tail_seconds").as_double() == 0.25);
  CHECK(stage.at("e2e_ms").at("from_histogram") == true);
}

TEST_CASE("a stage has its metrics by endpoint, at its end, where it has several") {
  File file;
  file.sink.on_start(run_header());
  auto s = streamed_summary();
  s.groups = {{"endpoint", "0", 40, 38, {38, 0, 0, 0, 2}, s.values}, {"endpoint", "1", 24, 24, {24}, {}}};
  file.sink.on_stage(full_summary());
  file.sink.on_stage(s);
  const auto root = file.read();
  CHECK_FALSE(root.at("stages").at(0).as_object().contains("groups"));
  const auto& stage = root.at("stages").at(1).as_object();
  CHECK(std::prev(stage.end())->key() == "groups");
  const auto& first = stage.at("groups").at(0);
  CHECK(first.at("group") == "endpoint");
  CHECK(first.at("key") == "0");
  CHECK(first.at("requests") == 40);
  CHECK(first.at("failed") == 2);
  CHECK(first.at("outcomes") == json::parse(R"({"ok":38,"rate_limited":2})"));
  CHECK(first.at("ttft_ms") == stage.at("ttft_ms"));
  CHECK(first.at("merged_share") == stage.at("merged_share"));
  CHECK(
      stage.at("groups").at(1) ==
      json::parse(R"({"group":"endpoint","key":"1","requests":24,"ok":24,"failed":0,"outcomes":{"ok":24}})"));
}

TEST_CASE("what is not known is null") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(failed_summary());
  const auto root = file.read();
  const auto& stage = root.at("stages").at(0);
  for (const char* key : {"e2e_ms",
                          "wall_seconds",
                          "tail_seconds",
                          "short_outputs",
                          "time_source",
                          "started_at_utc",
                          "resolve_ms",
                          "connect_ms",
                          "tls_ms",
                          "requests_per_second",
                          "output_tokens_per_second",
                          "input_tokens_per_second",
                          "mean_output_tokens_per_second_per_request",
                          "below_threshold",
                          "output_tokens",
                          "usage_output_tokens",
                          "ttft_ms",
                          "ttfo_ms",
                          "first_tool_call_ms",
                          "cached_tokens",
                          "length_mismatch",
                          "length_difference",
                          "tpot_ms",
                          "itl_ms",
                          "event_gap_ms",
                          "tokens_per_event",
                          "merged_share",
                          "first_token_merged_share",
                          "request_output_rate",
                          "request_prompt_rate",
                          "goodput",
                          "good_share",
                          "reasoning_tokens",
                          "tool_tokens"}) {
    INFO(key);
    CHECK(stage.at(key).is_null());
  }
  CHECK(root.at("stream") == false);
  CHECK(stage.at("commonest_failure").at("reason") == "HTTP 500: \"oops\", sorry");
}

TEST_CASE("a server's message that is no UTF-8 leaves summary.json valid") {
  File file;
  file.sink.on_start(run_header());
  auto s = failed_summary();
  s.commonest_reason = "HTTP 500: caf\xe9 \xff";  // Latin-1, as old proxies write
  file.sink.on_stage(s);
  json::error_code ec;
  (void)json::parse(text::read_file(file.path), ec);
  CHECK_FALSE(ec);
}

TEST_CASE("the file is replaced as a whole and leaves no part behind") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(full_summary());
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(file.folder.path())) ++files;
  CHECK(files == 1);
  CHECK(file.sink.written());
}

TEST_CASE("a summary that can't be written is refused at once, one that is lost later throws") {
  CHECK(has(error_of<InputError>([] { JsonSink sink("/nowhere/summary.json"); }), "/nowhere/summary.json"));
  File file;
  std::filesystem::remove_all(file.folder.path());
  CHECK(has(error_of([&] { file.sink.on_start(run_header()); }),
            "summary.json: write failed: No such file or directory"));
  CHECK_FALSE(file.sink.written());
}

TEST_CASE("a stage of an open loop has its load, its schedule and the parts of its latency") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(open_summary());
  const auto root = file.read();
  const auto& stage = root.at("stages").at(0);
  CHECK(stage.at("stage") == "12.5 requests/s");
  CHECK(stage.at("loop") == "open");
  CHECK(stage.at("concurrency") == 8);
  CHECK(stage.at("requests_per_level") == 64);
  CHECK(stage.at("warmup_requests") == 4);
  CHECK(stage.at("warmup_seconds").as_double() == 1.5);
  CHECK(stage.at("cooldown_seconds").as_double() == 0.25);
  CHECK(stage.at("duration_seconds").as_double() == 0);
  CHECK(stage.at("arrival") == "gamma 0.25");
  CHECK(stage.at("request_rate").as_double() == 12.5);
  CHECK(stage.at("when_full") == "queue");
  std::vector<std::string> plan;
  for (const auto& [key, value] : stage.as_object()) plan.emplace_back(key);
  plan.resize(11);
  CHECK(plan == std::vector<std::string>{"stage", "loop", "concurrency", "requests_per_level",
                                         "duration_seconds", "warmup_requests", "warmup_seconds",
                                         "cooldown_seconds", "arrival", "request_rate", "when_full"});
  CHECK(stage.at("schedule_hash") == "ab12");
  CHECK(stage.at("planned") == 70);
  CHECK(stage.at("dropped") == 4);
  CHECK(stage.at("not_started") == 2);
  CHECK(stage.at("outside_window") == 9);
  CHECK(stage.at("outside_failed") == 1);
  CHECK(stage.at("cold_requests") == 3);
  CHECK(stage.at("service_e2e_ms").at("p99").as_double() == 338.351);
  CHECK(stage.at("service_ttft_ms").at("p50").as_double() == 41.234);
  CHECK(stage.at("queue_wait_ms").at("p50").as_double() == 5.25);
}

TEST_CASE("a stage has its own error, beside its numbers and in them") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(open_summary());
  const auto root = file.read();
  const auto& stage = root.at("stages").at(0);
  const auto& own = stage.at("own_error");
  CHECK(own.at("dispatch_lag_ms").at("p99").as_double() == 0.05012);
  CHECK(own.at("read_lag_ms").at("count") == 900);
  CHECK(own.at("loop_lag_ms").at("p50").as_double() == 0.035);
  CHECK(own.at("cpu_shares") == json::parse("[0.25,0.125]"));
  CHECK(stage.at("e2e_ms").at("own_error_p99").as_double() == 0.0091);
  CHECK(stage.at("ttft_ms").at("own_error_p99").as_double() == 0.5);
  CHECK_FALSE(stage.at("queue_wait_ms").as_object().contains("own_error_p99"));
  CHECK(stage.at("valid") == false);
  const json::array invalid = {
      {{"code", "sent_late"}, {"value", 7.0}, {"limit", 1.0}, {"text", "requests were sent late"}}};
  CHECK(stage.at("invalid") == invalid);
}

TEST_CASE("an open loop without a cap, or without one rate, has null for it") {
  File file;
  file.sink.on_start(run_header());
  auto s = open_summary();
  OpenLoop& loop = test::open_of(s.stage);
  loop.concurrency.reset();
  loop.rate.reset();
  loop.when_full = WhenFull::drop;
  file.sink.on_stage(s);
  loop.concurrency = 3;
  file.sink.on_stage(s);
  const auto root = file.read();
  const auto& stage = root.at("stages").at(0);
  CHECK(stage.at("stage") == "gamma 0.25");
  CHECK(stage.at("concurrency").is_null());
  CHECK(stage.at("request_rate").is_null());
  CHECK(stage.at("when_full").is_null());
  CHECK(root.at("stages").at(1).at("when_full") == "drop");
}

TEST_CASE("what only an open loop has is null in a closed one") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(full_summary());
  const auto root = file.read();
  const auto& stage = root.at("stages").at(0);
  CHECK(stage.at("stage") == "64 concurrent");
  CHECK(stage.at("loop") == "closed");
  CHECK(stage.at("dropped") == 0);
  for (const char* key :
       {"arrival", "request_rate", "when_full", "schedule_hash", "queue_wait_ms", "service_ttft_ms"}) {
    INFO(key);
    CHECK(stage.at(key).is_null());
  }
  for (const char* lag : {"dispatch_lag_ms", "read_lag_ms", "loop_lag_ms"})
    CHECK(stage.at("own_error").at(lag).is_null());
  CHECK_FALSE(stage.at("e2e_ms").as_object().contains("own_error_p99"));
}

}  // namespace json_sink_test
