#include "live_metrics.hpp"

#include <prometheus/text_serializer.h>

#include <cmath>
#include <limits>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "simulator/answers/metrics_page.hpp"
#include "support/catch.hpp"
#include "support/stages.hpp"
#include "text/read_file.hpp"
#include "unit/report/sample_summary.hpp"
#include "unit/text/checks.hpp"

namespace live_metrics_test {

using namespace llmload;
using namespace std::chrono_literals;
using cli::live_bounds;
using cli::LiveMetrics;

std::string served(const LiveMetrics& metrics) {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, metrics.Collect());
  return out.str();
}

/// Of a streamed answer of 4 tokens: TTFT 100 ms, E2E 400 ms.
RequestRecord answered() {
  RequestRecord r;
  r.measured = true;
  r.outcome = Outcome::ok;
  r.dispatched = 0ms;
  r.sent = 1ms;
  r.first_byte = 90ms;
  r.first_token = 100ms;
  r.done = r.ended = 400ms;
  r.events = {{.at = 100ms}, {.at = 300ms}};
  r.last_token = 300ms;
  r.usage_completion_tokens = 4;
  return r;
}

RunHeader header() {
  RunHeader h;
  h.version = "1.2.3";
  h.run_id = "ab";
  h.settings.stream = true;
  return h;
}

void begin(LiveMetrics& metrics, std::uint64_t number, const Stage& stage) {
  metrics.on_stage_begin({number, {}, "", stage});
}

TEST_CASE("bounds of buckets double each two, over all that a request may take") {
  const auto& bounds = live_bounds();
  CHECK(bounds.front() < 0.000'125);
  CHECK(bounds.back() == 1024);
  for (std::size_t i = 2; i < bounds.size(); ++i) CHECK(bounds[i] == Approx(2 * bounds[i - 2]));
}

TEST_CASE("nothing is served before a run, and its stages are from their begin on") {
  LiveMetrics metrics;
  CHECK(served(metrics).empty());
  metrics.on_start(header());
  CHECK(has(
      served(metrics),
      "llmload_run_info{version=\"1.2.3\",run_id=\"ab\",dialect=\"chat\",model=\"\",simulated=\"no\"} 1\n"));
  begin(metrics, 0, {ClosedLoop{4}, 8});
  CHECK(has(served(metrics), "llmload_stage_running{stage=\"0\",load=\"4 concurrent\"} 1\n"));
  CHECK(has(served(metrics), "llmload_requests_total{stage=\"0\",load=\"4 concurrent\",outcome=\"ok\"} 0\n"));
  CHECK_FALSE(has(served(metrics), "_bucket"));
}

TEST_CASE("requests are counted by outcome, and only those that succeeded are in the times of answers") {
  LiveMetrics metrics;
  metrics.on_start(header());
  begin(metrics, 3, {ClosedLoop{4}, 8});
  metrics.on_record(answered());
  metrics.on_record(answered());
  RequestRecord failed = answered();
  failed.outcome = Outcome::idle_timeout;
  metrics.on_record(failed);
  RequestRecord outside = answered();
  outside.measured = false;
  metrics.on_record(outside);
  const std::string page = served(metrics);
  const std::string stage = "{stage=\"3\",load=\"4 concurrent\"";
  CHECK(has(page, "# TYPE llmload_requests_total counter\n"));
  CHECK(has(page, "llmload_requests_total" + stage + ",outcome=\"ok\"} 2\n"));
  CHECK(has(page, "llmload_requests_total" + stage + ",outcome=\"idle_timeout\"} 1\n"));
  CHECK(has(page, "llmload_outside_window_requests_total" + stage + "} 1\n"));
  CHECK(has(page, "llmload_output_tokens_total" + stage + "} 8\n"));
  CHECK(has(page, "# TYPE llmload_ttft_seconds histogram\n"));
  CHECK(has(page, "llmload_ttft_seconds_count" + stage + "} 2\n"));
  CHECK(has(page, "llmload_ttft_seconds_sum" + stage + "} 0.2\n"));
  CHECK(has(page, "llmload_ttft_seconds_bucket" + stage + ",le=\"0.125\"} 2\n"));
  CHECK(has(page, "llmload_ttft_seconds_bucket" + stage + ",le=\"0.0625\"} 0\n"));
  CHECK(has(page, "llmload_ttft_seconds_bucket" + stage + ",le=\"+Inf\"} 2\n"));
  CHECK(has(page, "llmload_event_gap_seconds_sum" + stage + "} 0.4\n"));
}

TEST_CASE("a value that is a bucket's bound is in that bucket, and one beyond all bounds is in the last") {
  LiveMetrics metrics;
  metrics.on_start(header());
  begin(metrics, 0, {ClosedLoop{1}, 1});
  RequestRecord at = answered();
  at.done = 500ms;
  metrics.on_record(at);
  at.done = 2000s;
  metrics.on_record(at);
  const std::string page = served(metrics);
  CHECK(has(page, "llmload_e2e_seconds_bucket{stage=\"0\",load=\"1 concurrent\",le=\"0.5\"} 1\n"));
  CHECK(has(page, "llmload_e2e_seconds_bucket{stage=\"0\",load=\"1 concurrent\",le=\"1024\"} 1\n"));
  CHECK(has(page, "llmload_e2e_seconds_bucket{stage=\"0\",load=\"1 concurrent\",le=\"+Inf\"} 2\n"));
}

TEST_CASE("a stage that has ended has its validity, its own error and its rates") {
  LiveMetrics metrics;
  metrics.on_start(header());
  begin(metrics, 0, {ClosedLoop{64}, 64});
  CHECK_FALSE(has(served(metrics), "llmload_stage_valid"));
  metrics.on_stage(report_test::open_summary());
  const std::string page = served(metrics);
  const std::string stage = "{stage=\"0\",load=\"64 concurrent\"";
  CHECK(has(page, "llmload_stage_running" + stage + "} 0\n"));
  CHECK(has(page, "llmload_stage_valid" + stage + "} 0\n"));
  CHECK(has(page, "llmload_stage_invalid_info" + stage + ",code=\"sent_late\"} 1\n"));
  CHECK(has(page, "llmload_own_error_p99_seconds" + stage + ",lag=\"dispatch\"} 5.012"));
  CHECK(has(page, "llmload_requests_per_second" + stage + "} 144.04"));
}

TEST_CASE("stages without end leave the first ones out, and a second run has none of the first's") {
  LiveMetrics metrics;
  metrics.on_start(header());
  for (std::uint64_t i = 0; i < 1'000; ++i) begin(metrics, i, {ClosedLoop{1}, 1});
  const std::string page = served(metrics);
  CHECK(has(page, "stage=\"999\""));
  CHECK(has(page, "stage=\"936\""));
  CHECK_FALSE(has(page, "stage=\"935\""));
  metrics.on_start(header());
  CHECK_FALSE(has(served(metrics), "stage=\"999\""));
}

TEST_CASE("what names a stage or a model stays in its label") {
  LiveMetrics metrics;
  RunHeader h = header();
  h.model = "a\"b\\c\nd\x1b";
  metrics.on_start(h);
  CHECK(has(served(metrics), R"(model="a\"b\\c d ",)"));
}

std::set<std::string> names_in(const std::string& text) {
  const std::regex name("(llmload|vllm)[_:][a-z0-9_]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), name), std::sregex_token_iterator()};
}

TEST_CASE("the dashboard asks for nothing that is not served") {
  LiveMetrics metrics;
  metrics.on_start(header());
  begin(metrics, 0, {ClosedLoop{64}, 64});
  RequestRecord all = answered();
  all.scheduled = all.admitted = 0ms;
  metrics.on_record(all);
  metrics.on_stage(report_test::open_summary());
  std::set<std::string> names = names_in(served(metrics));
  names.merge(names_in(simulator::metrics_page({}, 1, 0.5)));
  const auto asked = names_in(text::read_file(LLMLOAD_SOURCE_DIR "/docs/grafana/llmload.json"));
  CHECK(asked.size() > 10);
  for (const std::string& name : asked) {
    INFO(name);
    CHECK(names.contains(name));
  }
  // And the documentation has all that is.
  const std::string docs = text::read_file(LLMLOAD_SOURCE_DIR "/docs/live.md");
  for (const auto& family : metrics.Collect()) {
    INFO(family.name);
    CHECK(has(docs, '`' + family.name + '`'));
  }
}

}  // namespace live_metrics_test
