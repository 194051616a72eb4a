#include <algorithm>
#include <fstream>
#include <locale>
#include <sstream>
#include <vector>

#include "llmload/report.hpp"
#include "support/catch.hpp"
#include "support/stages.hpp"
#include "unit/report/sample_summary.hpp"
#include "unit/text/checks.hpp"

namespace table_sink_test {

using namespace llmload;
using report_test::distribution_of;
using report_test::failed_summary;
using report_test::full_summary;
using report_test::open_summary;
using report_test::streamed_summary;

const std::string header =
    "| Number of Concurrent Requests | P50 Latency (ms) | P99 Latency (ms) | RPS | Output Tokens per Second "
    "| Input Tokens per Second | "
    "Average Output Tokens per Second per Request | Number of Requests Below Threshold |\n"
    "|-------------------------------|------------------|------------------|-----|--------------------------|"
    "-------------------------|----------------------------------------------|-------------------------------"
    "-----|\n";

std::string printed(const std::vector<Summary>& stages, RunResult result = {}) {
  std::ostringstream out;
  TableSink sink(out);
  sink.on_start({});
  for (const auto& stage : stages) sink.on_stage(stage);
  result.stages = stages;
  sink.on_end(result);
  CHECK(out.str().starts_with(header));
  return out.str().substr(std::min(header.size(), out.str().size()));
}

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of('\n');
  return text.substr(text.rfind('\n', end) + 1, end - text.rfind('\n', end));
}

Summary failures(unsigned level, Outcome outcome, std::uint64_t count, const std::string& reason) {
  auto s = failed_summary();
  s.stage.loop = ClosedLoop{level};
  s.by_outcome = {};
  s.by_outcome[static_cast<std::size_t>(outcome)] = s.begun = s.failed = s.commonest_count = count;
  s.commonest_outcome = outcome;
  s.commonest_reason = reason;
  return s;
}

TEST_CASE("a row of the table has two decimals in all but its first cell, as the original") {
  auto good = full_summary();
  good.failed = 0;
  good.commonest_count = 0;
  CHECK(printed({good}) == "| 64 | 277.47 | 348.35 | 144.04 | 36875.36 | 2016.60 | 918.00 | 3.00 |\n");
}

TEST_CASE("a simulated run says so before its table") {
  std::ostringstream out;
  TableSink sink(out);
  RunHeader begin;
  begin.settings.simulated = true;
  sink.on_start(begin);
  CHECK(out.str() == "SIMULATED: a simulated endpoint of this process answers.\n\n" + header);
}

TEST_CASE("where answers are streamed four more columns follow the original's eight") {
  std::ostringstream out;
  TableSink sink(out);
  RunHeader begin;
  begin.settings.stream = true;
  sink.on_start(begin);
  sink.on_stage(streamed_summary());
  sink.on_stage(failed_summary());
  const auto first = header.find('\n');
  CHECK(out.str() == header.substr(0, first) +
                         " P50 TTFT (ms) | P99 TTFT (ms) | P50 TPOT (ms) | P99 TPOT (ms) |\n" +
                         header.substr(first + 1, header.size() - first - 2) +
                         "---------------|---------------|---------------|---------------|\n"
                         "| 64 | 277.47 | 348.35 | 144.04 | 36875.36 | 2016.60 | 918.00 | 3.00 "
                         "| 51.23 | 55.13 | 20.46 | 22.51 |\n"
                         "| 2 | - | - | - | - | - | - | - | - | - | - | - |\n");
}

TEST_CASE("where answers are not streamed the table is the original's, whatever else is known") {
  const auto text = printed({streamed_summary()});
  CHECK(text.starts_with("| 64 | 277.47 | 348.35 | 144.04 | 36875.36 | 2016.60 | 918.00 | 3.00 |\n"));
}

TEST_CASE("a level without a success has dashes, neither 0 nor nan") {
  CHECK(has(printed({failed_summary()}), "| 2 | - | - | - | - | - | - | - |\n"));
}

TEST_CASE("when any request failed, the last line says how many and the commonest reason") {
  const auto line = last_line(printed({full_summary()}));
  CHECK(has(line, "2 of 64 requests failed"));
  CHECK(has(line, "rate_limited"));
  CHECK(has(line, "HTTP 429: slow down"));
}

TEST_CASE("the commonest reason is the run's, not that of the worst stage") {
  const auto line = last_line(printed({failures(1, Outcome::rate_limited, 10, "HTTP 429: slow down"),
                                       failures(2, Outcome::reset, 12, "closed"),
                                       failures(4, Outcome::rate_limited, 10, "HTTP 429: slow down")}));
  INFO(line);
  CHECK(has(line, "32 of 32 requests failed"));
  CHECK(has(line, "most often as rate_limited"));
}

TEST_CASE(
    "tokens in doubt, and how answers ended, are told after the rows where there is something to tell") {
  CHECK_FALSE(has(printed({full_summary()}), "answers ended"));
  const auto text = printed({streamed_summary()});
  CHECK(has(text, "TOKENS IN DOUBT at 64 concurrent: the server counts twice as many.\n"));
  CHECK(has(text, "At 64 concurrent: answers ended with 2 abort, 60 stop.\n"));
  auto bad = full_summary();
  bad.finish_reasons = {{"content_filter", 3}};
  CHECK(has(printed({bad}), "At 64 concurrent: answers ended with 3 content_filter.\n"));
}

TEST_CASE("what the server says of itself is told after the rows where it does") {
  CHECK_FALSE(has(printed({full_summary()}), "the server itself"));
  auto s = full_summary();
  s.server = report_test::server_metrics();
  CHECK(has(
      printed({s}),
      "At 64 concurrent: the server itself had 3.5 requests running (4 at most), 0.25 queued (2 at most), "
      "12.5 % of the KV cache used (50 at most), 75 % prefix hits, 1 preemptions.\n"));
  s.server = ServerMetrics{};
  CHECK_FALSE(has(printed({s}), "the server itself"));
}

TEST_CASE("notes, interruption, an early end and doubt are told after the rows") {
  auto noted = full_summary();
  noted.notes = {"something to know"};
  RunResult result;
  result.interrupted = true;
  result.valid = false;
  result.ended_early = "every request was refused";
  const auto text = printed({noted}, result);
  CHECK(has(text, "At 64 concurrent: something to know.\n"));
  CHECK(has(text, "INTERRUPTED"));
  CHECK(has(text, "NOT VALID"));
  CHECK(has(text, "every request was refused"));
  CHECK(has(last_line(text), "requests failed"));
}

TEST_CASE("what others wrote is printed without what a terminal would obey, each in its line or cell") {
  auto s = failures(3, Outcome::reset, 3, "closed\u202e\x1b[2J");
  s.notes = {"a note\nAt 1 concurrent: a forged one\xc2\x9b"};
  s.token_doubt = "doubt\x07";
  s.finish_reasons = {{"stop\x1b]52;c;x\x07", 1}, {"length", 2}};
  RunResult result;
  result.ended_early = "refused\x08";
  const auto text = printed({s}, result);
  for (const char* obeyed : {"\x1b", "\x07", "\x08", "\xc2\x9b", "\u202e", "\nAt 1 concurrent: a forged"})
    CHECK_FALSE(has(text, obeyed));
  CHECK(has(text, "a note At 1 concurrent: a forged one .\n"));

  std::ostringstream out;
  TableSink sink(out);
  auto open = open_summary();
  RunHeader begin;
  begin.stages = {open.stage};
  sink.on_start(begin);
  test::open_of(open.stage).rate.reset();
  test::open_of(open.stage).arrival = "\n=a|b";
  out.str("");
  sink.on_stage(open);
  CHECK(has(out.str(), "| '=a/b |"));
  CHECK(out.str().find('\n') == out.str().size() - 1);
}

TEST_CASE("a stream's own locale changes no number") {
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  std::ostringstream out;
  out.imbue(std::locale(std::locale::classic(), new Comma));
  TableSink sink(out);
  RunResult result;
  result.stages = {failures(2'000, Outcome::reset, 123'456, "closed")};
  sink.on_stage(result.stages[0]);
  sink.on_end(result);
  CHECK(has(out.str(), "| 2000 | -"));
  CHECK(has(out.str(), "123456 of 123456"));
}

TEST_CASE("a table that can't be written throws") {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  TableSink sink(out);
  CHECK_THROWS(sink.on_start({}));
  CHECK_THROWS(sink.on_stage(full_summary()));
  CHECK_THROWS(sink.on_end({}));
  std::ofstream full("/dev/full");
  TableSink table(full);
  CHECK(error_of([&] { table.on_start({}); }) ==
        "standard output: write failed: No space left on device: the table is lost");
}

TEST_CASE("a run with an open loop has six more columns, which say of each stage what it has") {
  std::ostringstream out;
  TableSink sink(out);
  RunHeader begin;
  begin.stages = {full_summary().stage, open_summary().stage};
  sink.on_start(begin);
  CHECK(has(out.str(),
            "Below Threshold | Request Rate | P50 Service E2E (ms) | P99 Service E2E (ms) | Dropped | P99 "
            "Dispatch Lag (ms) | Valid |\n"));
  out.str("");
  sink.on_stage(full_summary());
  CHECK(out.str() ==
        "| 64 | 277.47 | 348.35 | 144.04 | 36875.36 | 2016.60 | 918.00 | 3.00 | - | - | - | 0 | - | yes |\n");
  out.str("");
  auto s = open_summary();
  sink.on_stage(s);
  CHECK(out.str() ==
        "| 8 | 277.47 ±0.009 | 348.35 ±0.009 | 144.04 | 36875.36 | 2016.60 | 918.00 | 3.00 | "
        "12.5 requests/s | 267.47 ±0.009 | 338.35 ±0.009 | 4 | 0.050 | no |\n");
  out.str("");
  OpenLoop& loop = test::open_of(s.stage);
  loop.concurrency.reset();
  loop.rate.reset();
  loop.arrival = "due.txt";
  sink.on_stage(s);
  CHECK(out.str().starts_with("| - | 277.47"));
  CHECK(has(out.str(), "| due.txt | "));
}

TEST_CASE("a calibrated stage shows each number's own error behind it, with three decimals") {
  std::ostringstream out;
  TableSink sink(out);
  RunHeader begin;
  begin.settings.stream = true;
  sink.on_start(begin);
  CHECK_FALSE(has(out.str(), "Dropped"));  // no stage is an open loop
  out.str("");
  auto s = open_summary();
  distribution_of(s, "ttft_ms")->p50 = 50.123;
  distribution_of(s, "ttft_ms")->own_error_p99 = 0.0091;
  sink.on_stage(s);
  CHECK(has(out.str(), "| 50.12 ±0.009 | 55.13 ±0.009 | 20.46 ±0.250 | 22.51 ±0.250 |"));
  out.str("");
  distribution_of(s, "tpot_ms")->own_error_p99.reset();  // calibrated, and of this one nothing is known
  sink.on_stage(s);
  CHECK(has(out.str(), "| 55.13 ±0.009 | 20.46 | 22.51 |"));
}

TEST_CASE("a run whose prompts are unique says so below its table") {
  std::ostringstream out;
  TableSink sink(out);
  sink.on_start({});
  RunResult result;
  result.stages = {full_summary()};
  sink.on_end(result);
  CHECK_FALSE(has(out.str(), "CACHE"));
  result.stages[0].cache = CachePolicy::unique;
  sink.on_end(result);
  CHECK(has(out.str(), "CACHE is unique: no two prompts, of this run or of others, begin alike.\n"));
}

}  // namespace table_sink_test
