#include "progress_lines.hpp"

#include <memory>
#include <string>

#include "support/catch.hpp"
#include "text/width.hpp"

namespace progress_lines_test {

using namespace llmload;
using namespace std::chrono_literals;
using cli::progress_line;
using cli::progress_lines;

/// Of 64 requests of a stage, 16 have ended.
Progress quarter() {
  Progress p;
  p.stage = 1;
  p.stages = 7;
  p.current = {ClosedLoop{4}, 64};
  p.done = 16;
  p.failed = 2;
  p.in_flight = 4;
  p.elapsed = 2s;
  return p;
}

std::shared_ptr<Summary> numbers() {
  auto s = std::make_shared<Summary>();
  s->failed = 2;
  s->by_outcome[static_cast<std::size_t>(Outcome::http_5xx)] = 1;
  s->by_outcome[static_cast<std::size_t>(Outcome::reset)] = 1;
  s->output_tokens_per_second = 512;
  s->values["ttft_ms"] = std::optional(Distribution{.count = 14, .p50 = 51.2, .p99 = 80});
  s->values["e2e_ms"] = std::optional(Distribution{.count = 14, .p50 = 512, .p99 = 731});
  return s;
}

TEST_CASE("where there is no terminal the progress is one line") {
  CHECK(progress_line(quarter()) == "stage 2/7, 4 concurrent: 16/64 done, 8/s, 2 failed, about 6 s left");
}

TEST_CASE("a terminal shows how far the stage is, what is under way, and how it went so far") {
  Progress p = quarter();
  CHECK(progress_lines(p, {}) ==
        std::vector<std::string>{"stage 2/7, 4 concurrent  #####--------------- 25 %, about 6 s left",
                                 "  8.00/s, 4 in flight, 16 done, 2 failed"});
  p.so_far = numbers();
  CHECK(
      progress_lines(p, {}) ==
      std::vector<std::string>{"stage 2/7, 4 concurrent  #####--------------- 25 %, about 6 s left",
                               "  8.00/s, 512 tokens/s, 4 in flight, 16 done, 2 failed: 1 http_5xx, 1 reset",
                               "  so far TTFT p50 51.2 p99 80.0 ms, E2E p50 512 p99 731 ms"});
  CHECK(progress_lines(p, {.utf8 = true})[0].find("\u2588\u2591") != std::string::npos);
}

TEST_CASE("what the server says of its limits is shown as it was last said") {
  Progress p = quarter();
  auto s = numbers();
  s->rate_limits = {{1, 9, 9, {}}, {2, 120, 34'000, {}}};
  p.so_far = s;
  CHECK(progress_lines(p, {}).back() == "  the server has room for 120 requests, 34000 tokens");
  s->rate_limits = {{1, {}, {}, 0.5}};
  CHECK(progress_lines(p, {}).back() == "  50 % of its limit is used");
}

TEST_CASE("how sure we are of when requests were sent is shown in an open loop") {
  Progress p = quarter();
  auto s = numbers();
  s->own_error.dispatch_lag_ms = Distribution{.count = 16, .p99 = 0.05};
  p.so_far = s;
  CHECK(progress_lines(p, {.width = 100})[2].ends_with("sent 0.050 ms late"));
}

TEST_CASE("the time that is left is by requests or by time, whichever ends the stage") {
  Progress p = quarter();
  p.current.duration = 4s;
  CHECK(progress_lines(p, {})[0].ends_with("50 %, about 2 s left"));
  p.current.duration = 100s;
  CHECK(progress_lines(p, {})[0].ends_with("25 %, about 6 s left"));
  p.current.requests.reset();
  CHECK(progress_lines(p, {})[0].ends_with("2 %, about 98 s left"));
  p.elapsed = 200s;
  CHECK(progress_lines(p, {})[0].ends_with("100 %, about 0 s left"));
}

TEST_CASE("a stage without a known end, of a run without a known number of them, says neither") {
  Progress p;
  p.current = {ClosedLoop{4}};
  CHECK(progress_lines(p, {})[0] == "stage 1, 4 concurrent");
}

TEST_CASE("a warm-up is called that until something is measured") {
  Progress p = quarter();
  p.current.warmup = 10s;
  p.done = 0;
  CHECK(progress_lines(p, {})[0].starts_with("stage 2/7, 4 concurrent, warming up  ----"));
  p.elapsed = 11s;
  CHECK(progress_lines(p, {})[0].starts_with("stage 2/7, 4 concurrent  ----"));
}

TEST_CASE("conversations are counted beside their requests") {
  Progress p = quarter();
  p.conversations = 8;
  CHECK(progress_line(p) ==
        "stage 2/7, 4 concurrent: 8/64 conversations ended, 16 requests, 8/s, 2 failed, about 14 s left");
  CHECK(progress_lines(p, {})[1] == "  8.00/s, 4 in flight, 16 done, 8 conversations ended, 2 failed");
  p.current = {ClosedLoop{4}};
  p.current.duration = 1s;
  CHECK(progress_lines(p, {.width = 100})[0].ends_with("100 %, until the window's have ended"));
}

TEST_CASE("a wait for the endpoint is one line") {
  Progress p;
  p.waiting = true;
  p.elapsed = 3s;
  CHECK(progress_lines(p, {}) == std::vector<std::string>{"waiting until the endpoint answers, 3 s"});
}

TEST_CASE("no line is as long as the terminal is wide, and none has control characters") {
  Progress p = quarter();
  p.current.loop = OpenLoop{.arrival = "a\033[2J" + std::string(100, 'x') + "\u4e2d"};
  p.so_far = numbers();
  for (const unsigned width : {40U, 80U, 200U}) {
    for (const std::string& line : progress_lines(p, {.width = width, .utf8 = true})) {
      CHECK(text::width(line) < width);
      CHECK(line.find('\033') == std::string::npos);
    }
  }
}

}  // namespace progress_lines_test
