#include <sstream>
#include <string>
#include <vector>

#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"
#include "unit/text/checks.hpp"

namespace conversations_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

RequestRecord turn(std::uint64_t index, unsigned number, unsigned turns, std::int64_t ms,
                   Outcome outcome = Outcome::ok) {
  RequestRecord r = whole(ms, 4);
  r.index = index;
  r.turn = number;
  r.turns = turns;
  r.outcome = outcome;
  return r;
}

Summary summary_of(const std::vector<RequestRecord>& records, const Stage& stage = {ClosedLoop{1}, 3}) {
  SummarySettings settings;
  settings.conversations = true;
  return summarize(records, settings, stage);
}

TEST_CASE("a conversation is done with the good end of its last turn, and is else broken off") {
  const Summary s = summary_of({turn(0, 0, 2, 10), turn(1, 0, 3, 10), turn(0, 1, 2, 30), turn(2, 0, 1, 10),
                                turn(1, 1, 3, 30, Outcome::http_5xx), turn(3, 0, 2, 10),
                                turn(3, 1, 2, 30, Outcome::reset)});
  REQUIRE(s.conversations);
  CHECK(s.conversations->begun == 4);
  CHECK(s.conversations->done == 2);
  CHECK(s.conversations->broken_off == 2);
  CHECK(s.conversations->turns == 2 + 3 + 1 + 2);
  CHECK_FALSE(s.conversations->planned_requests_per_second);
}

TEST_CASE("turns have their own numbers, by their place in the conversation") {
  const Summary s = summary_of(
      {turn(0, 0, 2, 10), turn(0, 1, 2, 30), turn(1, 0, 2, 20), turn(1, 1, 2, 50, Outcome::http_5xx)});
  REQUIRE(s.groups.size() == 2);
  CHECK(s.groups[0].group == "turn");
  CHECK(s.groups[0].key == "0");
  CHECK(s.groups[0].ok == 2);
  CHECK(std::get<std::optional<Distribution>>(s.groups[0].values.at("e2e_ms"))->p50 == 15);
  CHECK(s.groups[1].begun == 2);
  CHECK(s.groups[1].ok == 1);
  CHECK(std::get<std::optional<Distribution>>(s.groups[1].values.at("e2e_ms"))->p50 == 30);
  CHECK_FALSE(summarize(std::vector{turn(0, 0, 2, 10)}, {}, {ClosedLoop{1}, 1}).conversations);
}

TEST_CASE(
    "a conversation that begins in its middle has begun, too, and plans the turns that are sent of it") {
  std::vector<RequestRecord> records = {turn(0, 3, 5, 10), turn(0, 4, 5, 10), turn(1, 0, 4, 10)};
  records[0].first_turn = records[1].first_turn = 3;
  const Summary s = summary_of(records, {OpenLoop{.pacer = make_constant_pacer(7), .rate = 7}, 2});
  REQUIRE(s.conversations);
  CHECK(s.conversations->begun == 2);
  CHECK(s.conversations->done == 1);
  CHECK(near(s.conversations->planned_requests_per_second, 7.0 * (2 + 4) / 2));
}

TEST_CASE("the rates of a window by time are of what came inside it, for the load goes on behind it") {
  RequestRecord late = turn(0, 1, 2, 10);
  late.dispatched = std::chrono::milliseconds(1'100);
  late.done = std::chrono::milliseconds(1'110);
  const Summary s = summary_of({turn(0, 0, 2, 10), late}, {ClosedLoop{1}, {}, std::chrono::seconds(1)});
  CHECK(near(s.wall_seconds, 1));
  CHECK(near(s.requests_per_second, 1));
  CHECK(s.ok == 2);
}

TEST_CASE("notes say what became of the conversations, and how their turns differ") {
  const Summary s = summary_of({turn(0, 0, 2, 10), turn(0, 1, 2, 30)});
  REQUIRE(s.notes.size() >= 2);
  CHECK(s.notes[0] == "1 conversations began in the window: 1 came to their end, 0 were broken off");
  CHECK(s.notes[1] == "E2E p50 by turn: 0: 10 ms, 1: 30 ms");
}

}  // namespace conversations_test
