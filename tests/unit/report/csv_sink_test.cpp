#include <clocale>
#include <fstream>
#include <iterator>
#include <locale>
#include <map>
#include <vector>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "support/catch.hpp"
#include "support/stages.hpp"
#include "text/read_file.hpp"
#include "unit/report/sample_summary.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace csv_sink_test {

using namespace llmload;
using report_test::distribution_of;
using report_test::failed_summary;
using report_test::full_summary;
using report_test::open_summary;
using report_test::streamed_summary;

const std::string originals =
    "Number of Concurrent Requests,P50 Latency (ms),P99 Latency (ms),RPS,Output Tokens per Second,Input "
    "Tokens per Second,"
    "Average Output Tokens per Second per Request";

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (auto end = text.find(by); end != std::string::npos; end = text.find(by, at)) {
    parts.push_back(text.substr(at, end - at));
    at = end + by.size();
  }
  parts.push_back(text.substr(at));
  return parts;
}

/// The file's text after the heading and a row for each of `stages`.
std::string written(const std::vector<Summary>& stages) {
  const tokenize::TemporaryDirectory folder;
  const auto path = (folder.path() / "m.csv").string();
  CsvSink sink(path);
  sink.on_start({});
  for (const auto& stage : stages) sink.on_stage(stage);
  return text::read_file(path);  // the sink is still open: what is there was flushed
}

std::map<std::string, std::string> row_of(const Summary& summary) {
  const auto lines = split(written({summary}), "\r\n");
  const auto headings = split(lines.at(0), ","), cells = split(lines.at(1), ",");
  REQUIRE(headings.size() == cells.size());
  std::map<std::string, std::string> row;
  for (std::size_t i = 0; i < cells.size(); ++i) row[headings[i]] = cells[i];
  return row;
}

TEST_CASE("the CSV begins with the original's seven headings, byte for byte, and the one it forgot") {
  CHECK(written({}).starts_with(originals + ",Number of Requests Below Threshold,"));
}

TEST_CASE("the CSV's lines end in CR LF, also the last") {
  const auto text = written({full_summary(), failed_summary()});
  CHECK(text.ends_with("\r\n"));
  CHECK(split(text, "\r\n").size() == 4);
  CHECK(split(text, "\n").size() == 4);
}

TEST_CASE("a row has each number rounded to two decimals without trailing zeros") {
  CHECK(split(written({full_summary()}), "\r\n")
            .at(1)
            .starts_with("64,277.47,348.35,144.04,36875.36,2016.6,918,3,64,2,"));
  auto row = row_of(full_summary());
  CHECK(row["P90 Latency (ms)"] == "330.5");
  CHECK(row["P95 Latency (ms)"] == "340");
  CHECK(row["Max Latency (ms)"] == "350.1");
  CHECK(row["Failed: rate_limited"] == "2");
  CHECK(row["Failed: reset"] == "0");
  CHECK(row["Enough Samples for P99"] == "no");
  CHECK(row["Reconnects"] == "5");
  CHECK(row["Time Source"] == "kernel");
  CHECK(row["Interrupted"] == "no");
  CHECK(row["Stale Answers"] == "0");
  CHECK(row["Tail (s)"].empty());
  CHECK(row["Simulated"] == "no");
  CHECK(row["Cache"] == "shared");
  CHECK(row.count("Failed: ok") == 0);
}

TEST_CASE("a CSV that serves a second run has that run's rows alone, also where the first one had no end") {
  const tokenize::TemporaryDirectory folder;
  const auto path = (folder.path() / "m.csv").string();
  CsvSink sink(path);
  sink.on_start({});
  sink.on_stage(full_summary());
  sink.on_start({});
  sink.on_end({});
  CHECK(sink.written());
  CHECK(split(text::read_file(path), "\r\n").size() == 2);  // the heading
  sink.on_start({});
  CHECK_FALSE(sink.written());
  sink.on_stage(full_summary());
  CHECK(split(text::read_file(path), "\r\n").size() == 3);
}

TEST_CASE("what a stage does not know is an empty cell, neither 0 nor nan") {
  CHECK(split(written({failed_summary()}), "\r\n").at(1).starts_with("2,,,,,,,,2,2,"));
  auto row = row_of(failed_summary());
  CHECK(row["P90 Latency (ms)"].empty());
  CHECK(row["Max Latency (ms)"].empty());
  CHECK(row["Time Source"].empty());
  CHECK_FALSE(has(written({failed_summary()}), "nan"));
}

TEST_CASE("a row has the metrics of streamed answers") {
  auto row = row_of(streamed_summary());
  CHECK(row["Mean TTFT (ms)"] == "51.5");
  CHECK(row["P50 TTFT (ms)"] == "51.23");
  CHECK(row["P90 TTFT (ms)"] == "53.25");
  CHECK(row["P95 TTFT (ms)"] == "54");
  CHECK(row["P99 TTFT (ms)"] == "55.13");
  CHECK(row["P99.9 TTFT (ms)"] == "59.5");
  CHECK(row["P50 Time to First Output Token (ms)"] == "71.23");
  CHECK(row["P99 TPOT (ms)"] == "22.51");
  CHECK(row["P99.9 ITL (ms)"] == "40");
  CHECK(row["Mean Event Gap (ms)"] == "40.5");
  CHECK(row["Tokens per Event"] == "1.99");
  CHECK(row["Merged Share (%)"] == "1.23");
  CHECK(row["First Tokens Merged Share (%)"] == "25");
  CHECK(row["Mean Output Rate per Request (tokens/s)"] == "918.5");
  CHECK(row["P50 Output Rate per Request (tokens/s)"] == "917");
  CHECK(row["Mean Prompt Rate per Request (tokens/s)"] == "500.5");
  CHECK(row["P50 Prompt Rate per Request (tokens/s)"] == "499");
  CHECK(row["Goodput (requests/s)"] == "120.12");
  CHECK(row["Good Share (%)"] == "93.75");
  CHECK(row["Reasoning Tokens"] == "1000");
  CHECK(row["Tool Tokens"] == "10");
  CHECK(row["Finish Reasons"] == "abort 2; stop 60");
  CHECK(row["Cached Prompt Tokens"] == "70");
  CHECK(row["Shared Prompt Tokens"] == "60");
  CHECK(row["Conversations"] == "9");
  CHECK(row["Conversations Done"] == "7");
  CHECK(row["Conversations Broken Off"] == "2");
  CHECK(row["Reasoning Tokens by Usage"] == "80");
  CHECK(row["Usage Ratio"] == "1.75");
  CHECK(row["Failed: generation_failed"] == "0");
  CHECK(row["P99.9 Latency (ms)"] == "349.9");
  CHECK(row["Enough Samples for P99.9"] == "no");
}

TEST_CASE("behind all others a row has the metrics that have no place among them") {
  auto s = full_summary();
  distribution_of(s, "resolve_ms") = Distribution{.count = 1, .mean = 1.5, .p50 = 1.25, .p99 = 2};
  s.cache = CachePolicy::unique;
  auto row = row_of(s);
  CHECK(row["Cache"] == "unique");
  CHECK(row["Mean Resolve Time (ms)"] == "1.5");
  CHECK(row["P50 Resolve Time (ms)"] == "1.25");
  CHECK(row["P99 Resolve Time (ms)"] == "2");
  CHECK(row["P99 TLS Time (ms)"].empty());
  CHECK(has(split(written({}), "\r\n").at(0), ",Simulated,Cache,Cost,Mean Resolve Time (ms),"));
}

TEST_CASE("the columns of streamed answers are there, and empty, where answers are not streamed") {
  auto row = row_of(full_summary());
  for (const char* heading : {"P50 TTFT (ms)", "P99 TPOT (ms)", "P99.9 ITL (ms)", "Merged Share (%)",
                              "Goodput (requests/s)", "Good Share (%)", "Reasoning Tokens"}) {
    INFO(heading);
    CHECK(row.count(heading) == 1);
    CHECK(row[heading].empty());
  }
}

TEST_CASE("each outcome but ok has its column") {
  const auto heading = split(written({}), "\r\n").at(0) + ',';
  for (std::size_t i = 1; i < outcome_count; ++i) {
    CHECK(has(heading, ",Failed: " + std::string(to_string(static_cast<Outcome>(i))) + ','));
  }
}

TEST_CASE("the decimal point is a point under a locale with a comma") {
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const auto plain = written({full_summary()});
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
  const auto under_facet = written({full_summary()});
  std::locale::global(before);
  CHECK(under_facet == plain);
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) continue;
    const auto under_c_locale = written({full_summary()});
    std::setlocale(LC_ALL, "C");
    CHECK(under_c_locale == plain);
  }
}

TEST_CASE("each row is in the file when its stage has ended") {
  const tokenize::TemporaryDirectory folder;
  const auto path = (folder.path() / "m.csv").string();
  CsvSink sink(path);
  sink.on_start({});
  for (std::size_t rows = 1; rows <= 3; ++rows) {
    sink.on_stage(full_summary());
    CHECK(split(text::read_file(path), "\r\n").size() == rows + 2);
  }
}

TEST_CASE("a CSV that can't be written is refused at once, one that is lost later throws") {
  CHECK_THROWS_AS(CsvSink("/nowhere/m.csv"), InputError);
  CHECK(has(error_of<InputError>([] { CsvSink sink("/nowhere/m.csv"); }), "/nowhere/m.csv"));
  CsvSink full("/dev/full");
  CHECK(has(error_of([&] { full.on_start({}); }), "/dev/full: write failed: No space left on device"));
  CHECK(has(error_of([&] { full.on_stage(full_summary()); }), "64"));
}

TEST_CASE("each heading of the CSV is described in docs/csv.md") {
  std::ifstream file(LLMLOAD_SOURCE_DIR "/docs/csv.md", std::ios::binary);
  const std::string docs{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(docs.empty());
  bool of_catalogue = false, of_server = false;
  for (const auto& heading : split(split(written({}), "\r\n").at(0), ",")) {
    INFO(heading);
    if (heading == "Mean Server Running") of_catalogue = false;
    const bool outcome = heading.starts_with("Failed: ");
    const bool listed =
        has(docs, '`' + heading + '`') || (outcome && has(docs, '`' + heading.substr(8) + '`'));
    CHECK((listed || of_catalogue));
    if (heading == "Cache") of_catalogue = true;  // those behind it are in its table, in docs/metrics.md
    of_server = of_server || heading == "Server Preemptions";
  }
  CHECK(of_server);
}

TEST_CASE("what the server says of itself has columns") {
  Summary s = full_summary();
  auto row = row_of(s);
  CHECK(row["Mean Server Running"].empty());
  CHECK(row["Server Preemptions"].empty());
  s.server = report_test::server_metrics();
  row = row_of(s);
  CHECK(row["Mean Server Running"] == "3.5");
  CHECK(row["Max Server Running"] == "4");
  CHECK(row["Mean Server Queued"] == "0.25");
  CHECK(row["Max Server Queued"] == "2");
  CHECK(row["Mean Server KV Cache (%)"] == "12.5");
  CHECK(row["Max Server KV Cache (%)"] == "50");
  CHECK(row["Server Prefix Hits (%)"] == "75");
  CHECK(row["Server Preemptions"] == "1");
  s.server = ServerMetrics{};
  CHECK(row_of(s)["Max Server Queued"].empty());
}

TEST_CASE("a row of an open loop has its load and the parts of its latency") {
  auto row = row_of(open_summary());
  CHECK(row["Number of Concurrent Requests"] == "8");
  CHECK(row["Request Rate (requests/s)"] == "12.5");
  CHECK(row["Arrival"] == "gamma 0.25");
  CHECK(row["Dropped"] == "4");
  CHECK(row["Outside Window"] == "9");
  CHECK(row["Cold Requests"] == "3");
  CHECK(row["Mean Service E2E (ms)"] == "270");
  CHECK(row["P50 Service E2E (ms)"] == "267.47");
  CHECK(row["P99 Service E2E (ms)"] == "338.35");
  CHECK(row["P50 Service TTFT (ms)"] == "41.23");
  CHECK(row["Mean Queue Wait (ms)"] == "5.5");
  CHECK(row["P99 Queue Wait (ms)"] == "8.13");
}

TEST_CASE("a row has the client's own error, with three decimals where it is in ms") {
  auto row = row_of(open_summary());
  CHECK(row["P50 Dispatch Lag (ms)"] == "0.015");
  CHECK(row["P99 Dispatch Lag (ms)"] == "0.050");
  CHECK(row["P50 Read Lag (ms)"] == "0.025");
  CHECK(row["P99 Loop Lag (ms)"] == "0.070");
  CHECK(row["Most CPU of a Shard (%)"] == "25");
  CHECK(row["Own Error P99 of Latency (ms)"] == "0.009");
  CHECK(row["Own Error P99 of TTFT (ms)"] == "0.500");
  CHECK(row["Own Error P99 of TPOT (ms)"] == "0.250");
  CHECK(row["Own Error P99 of Event Gap (ms)"] == "0.125");
  CHECK(row["Valid"] == "no");
}

TEST_CASE("an open loop without a cap, or without one rate, has an empty cell for it") {
  auto s = open_summary();
  OpenLoop& loop = test::open_of(s.stage);
  loop.concurrency.reset();
  loop.rate.reset();
  loop.arrival = "due.txt";
  auto row = row_of(s);
  CHECK(row["Number of Concurrent Requests"].empty());
  CHECK(row["Request Rate (requests/s)"].empty());
  CHECK(row["Arrival"] == "due.txt");
  loop.arrival = "a, \"b\".txt";
  CHECK(has(written({s}), R"(,"a, ""b"".txt",)"));
}

TEST_CASE("a text in a row ends no line, and is no formula") {
  auto s = open_summary();
  test::open_of(s.stage).arrival = "\r\n=HYPERLINK(1).txt\x1b[2J";
  s.finish_reasons = {{"@stop\u2028", 2}};
  CHECK(split(written({s}), "\n").size() == 3);
  CHECK_FALSE(has(written({s}), "\x1b"));
  auto row = row_of(s);
  CHECK(row["Arrival"] == "'=HYPERLINK(1).txt [2J");
  CHECK(row["Finish Reasons"] == "'@stop  2");
}

TEST_CASE("what only an open loop or a calibration has is empty in a closed one") {
  auto row = row_of(full_summary());
  for (const char* heading :
       {"Request Rate (requests/s)", "Arrival", "P50 Service TTFT (ms)", "P50 Queue Wait (ms)",
        "P99 Dispatch Lag (ms)", "P99 Read Lag (ms)", "P99 Loop Lag (ms)", "Most CPU of a Shard (%)",
        "Own Error P99 of Latency (ms)", "Own Error P99 of Event Gap (ms)"}) {
    INFO(heading);
    CHECK(row.count(heading) == 1);
    CHECK(row[heading].empty());
  }
  CHECK(row["Dropped"] == "0");
  CHECK(row["Valid"] == "yes");
}

}  // namespace csv_sink_test
