#include <sstream>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "support/catch.hpp"
#include "text/width.hpp"
#include "unit/report/sample_summary.hpp"

namespace terminal_sink_test {

using namespace llmload;
using report_test::distribution_of;
using report_test::failed_summary;
using report_test::full_summary;
using report_test::open_summary;
using report_test::streamed_summary;

struct Shown {
  std::vector<std::string> lines;
  std::string text;
};

Shown shown(const std::vector<Summary>& stages, TerminalStyle style = {},
            std::vector<std::string> columns = {}, RunHeader header = {}, RunResult result = {}) {
  std::ostringstream out;
  TerminalSink sink(out, style, std::move(columns));
  for (const Summary& s : stages) {
    header.stages.push_back(s.stage);
    header.settings.stream = header.settings.stream || s.ttft_ms();
  }
  sink.on_start(header);
  for (const Summary& s : stages) sink.on_stage(s);
  result.stages = stages;
  sink.on_end(result);
  Shown shown{{}, out.str()};
  std::istringstream lines(shown.text);
  for (std::string line; std::getline(lines, line);) shown.lines.push_back(line);
  return shown;
}

bool has(const Shown& shown, const std::string& text) { return shown.text.find(text) != std::string::npos; }

Summary clean(unsigned concurrency) {
  Summary s = full_summary();
  s.stage = {ClosedLoop{concurrency}, concurrency};
  s.failed = 0;
  s.ok = 64;
  s.commonest_count = 0;
  return s;
}

TEST_CASE("a stage is a row of what matters, below two lines of headings") {
  const Shown table = shown({streamed_summary()});
  REQUIRE(table.lines.size() > 3);
  CHECK(table.lines[0] == "                                            TTFT ms         E2E ms");
  CHECK(table.lines[1] == "   load    ok   failed  req/s  tok/s    p50     p99    p50     p99  +-ms  valid");
  CHECK(table.lines[2] == "     64    62     2 3%    144  36875   51.2   55.1?    277    348?     -    yes");
}

TEST_CASE("answers that are not streamed have no TTFT") {
  const Shown table = shown({clean(4)});
  CHECK(table.lines[1] == "   load    ok   failed  req/s  tok/s    p50     p99  +-ms  valid");
  CHECK(table.lines[2] == "      4    64        0    144  36875    277    348?     -    yes");
}

TEST_CASE("no line is longer than the terminal is wide") {
  RunHeader header;
  header.endpoints = {"https://a.example/v1/chat/completions", "https://b.example/v1/chat/completions"};
  header.settings.simulated = true;
  Summary s = open_summary();
  s.stage.loop = OpenLoop{.arrival = std::string(60, 'x') + "\u4e2d.txt"};
  s.notes = {
      "a note of many words that tells much, and goes on and on to tell some more of what it has to tell",
      std::string(200, 'w')};
  s.groups = {{"endpoint", "0", 32, 30, {}, {}}, {"endpoint", "1", 32, 32, {}, {}}};
  RunResult result;
  result.interrupted = true;
  result.valid = false;
  result.ended_early = "every request failed (because of a reason that is told at some length)";
  for (const unsigned width : {40U, 41U, 60U, 79U, 80U, 132U, 300U}) {
    for (const std::string& line : shown({s, failed_summary()}, {.width = width}, {}, header, result).lines) {
      INFO(width << ": " << line);
      CHECK(text::width(line) <= width);
    }
  }
}

TEST_CASE("a narrow terminal shows what failed, E2E and the verdict, and names what it has no room for") {
  const Shown table = shown({streamed_summary()}, {.width = 40});
  CHECK(table.lines[1] == "   load   failed    p50     p99  valid");
  CHECK(table.lines[2] == "     64     2 3%    277    348?    yes");
  CHECK(has(table, "No room here for ok,"));
  CHECK(shown({streamed_summary()}, {.width = 5}).lines[1] == table.lines[1]);
}

TEST_CASE("what failed is shown as a share that is only 100 % or nothing where that is so") {
  const auto cell = [](std::uint64_t begun, std::uint64_t failed) {
    Summary s = clean(1);
    s.begun = begun;
    s.failed = failed;
    const std::string row = shown({s}, {}, {"failed"}).lines[1];
    return row.substr(row.find_first_not_of(' ', 7));
  };
  CHECK(cell(64, 0) == "0");
  CHECK(cell(100'000, 1) == "1 <1%");
  CHECK(cell(64, 2) == "2 3%");
  CHECK(cell(1'000, 999) == "999 99%");
  CHECK(cell(64, 64) == "64 100%");
}

TEST_CASE("colours mark what is bad, where the terminal has them") {
  const Shown coloured = shown({streamed_summary(), clean(4)}, {.colour = true});
  CHECK(has(coloured, "\033[31m     2 3%\033[0m"));
  CHECK(has(coloured, "\033[32m    yes\033[0m"));
  CHECK_FALSE(has(coloured, "\033[31m        0"));
  CHECK_FALSE(has(shown({streamed_summary()}), "\033"));
}

TEST_CASE("a stage that is not valid, or was cut short, says so in its row") {
  Summary s = clean(4);
  s.interrupted = true;
  CHECK(shown({s}).lines[2].ends_with("cut"));
  s.valid = false;
  CHECK(shown({s}).lines[2].ends_with("NO"));
}

TEST_CASE("a p99 of too few samples is marked, and the mark is told") {
  Summary s = clean(4);
  CHECK(has(shown({s}), "?: of fewer than 299 requests"));
  s.p99_supported = true;
  CHECK_FALSE(has(shown({s}), "?"));
}

TEST_CASE("our own error is what a calibration found, else how late we were") {
  Summary s = clean(4);
  s.own_error.read_lag_ms = Distribution{.count = 9, .p99 = 0.0601};
  CHECK(has(shown({s}), "0.060"));
  CHECK(has(shown({s}), "+-ms: how late we were ourselves"));
  CHECK(has(shown({s}, {.utf8 = true}), "\u00b1ms: how late we were"));
  s.stage.own_error = OwnErrorP99{0.25};
  distribution_of(s, "e2e_ms")->own_error_p99 = 0.25;
  CHECK(has(shown({s}), "0.250"));
  CHECK(has(shown({s}), "+-ms: our own error in TTFT and E2E, p99, by calibration"));
}

TEST_CASE("several endpoints have a row each below their stage, and their URLs behind the table") {
  Summary s = clean(4);
  Group group{"endpoint", "1", 32, 31, {}, {}};
  group.values["e2e_ms"] = std::optional(Distribution{.count = 31, .p50 = 99, .p99 = 101});
  s.groups = {group, {"model", "other", 1, 1, {}, {}}};
  RunHeader header;
  header.endpoints = {"https://a.example/x", "https://b.example/x"};
  const Shown table = shown({s}, {}, {}, header);
  CHECK(table.lines[3] == "     #1    31     1 3%      -      -   99.0    101?     -");
  CHECK(has(table, "#1: https://b.example/x"));
  CHECK_FALSE(has(table, "other"));
}

TEST_CASE("a remark of several stages is told once, with those that it is about") {
  Summary a = clean(1), b = clean(2), c = clean(4);
  a.notes = b.notes = {"the same note"};
  c.notes = {"12 % of something"};
  b.notes.emplace_back("3 % of something");
  const Shown table = shown({a, b, c});
  CHECK(has(table, "At 1, 2: the same note."));
  CHECK(has(table, "At 4: 12 % of something; likewise at 2."));
  CHECK_FALSE(has(table, "3 % of"));
  a.notes = c.notes = b.notes = {"the same note"};
  CHECK(has(shown({a, b, c}), "At every stage: the same note."));
}

TEST_CASE("requests that were not sent are told, though they have no column") {
  CHECK(has(shown({open_summary()}), "At 12.5/s: 4 requests were due and not sent (dropped)."));
}

TEST_CASE("what comes from files and servers has no control characters on a terminal") {
  Summary s = clean(4);
  s.stage.loop = OpenLoop{.arrival = "a\033[31mb\nc"};
  s.notes = {"x\033]0;y\007z\u202e"};
  s.failed = 1;
  s.commonest_reason = "bad\r\033[2J";
  const Shown table = shown({s});
  CHECK_FALSE(has(table, "\033"));
  CHECK_FALSE(has(table, "\r"));
  CHECK_FALSE(has(table, "\u202e"));
}

TEST_CASE("columns may be chosen, and the load is always there") {
  const Shown table =
      shown({streamed_summary()}, {}, {"ttft_ms.p95", "load", "goodput", "failed_share", "valid"});
  CHECK(table.lines[0] == "        TTFT ms");
  CHECK(table.lines[1] == "   load     p95 goodput failed/1  valid");
  CHECK(table.lines[2] == "     64    54.0     120    0.031    yes");
  CHECK_THROWS_AS(shown({}, {}, {"ttft"}), InputError);
  CHECK_THROWS_AS(shown({}, {}, {"ttft_ms"}), InputError);
}

TEST_CASE("a sink that is used again begins anew") {
  std::ostringstream out;
  TerminalSink sink(out);
  RunHeader streamed;
  streamed.settings.stream = true;
  sink.on_start(streamed);
  sink.on_stage(streamed_summary());
  out.str("");
  sink.on_start({});
  CHECK(out.str().find("TTFT") == std::string::npos);
  sink.on_end({});
  CHECK(out.str().find("?:") == std::string::npos);
}

TEST_CASE("a table that can't be written is a lost output, with the reason") {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  TerminalSink sink(out);
  CHECK_THROWS_WITH(sink.on_start({}), Catch::Matchers::Contains("standard output: write failed"));
}

}  // namespace terminal_sink_test
