#include "report/records/record_json.hpp"

#include <boost/json.hpp>
#include <string>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/report/sample_records.hpp"
#include "unit/text/checks.hpp"

namespace record_json_test {

using namespace llmload;
using namespace std::chrono_literals;
using report_test::full_record;
namespace json = boost::json;

std::string line_of(const RequestRecord& record, bool with_text = true) {
  std::string line;
  report::append_request(line, 3, record, with_text);
  return line;
}

report::RequestLine read(const std::string& line) {
  return report::read_request(json::parse(line).as_object());
}

void check_same(const RequestRecord& a, const RequestRecord& b) {
  CHECK(a.stage == b.stage);
  CHECK(a.index == b.index);
  CHECK(a.label == b.label);
  CHECK(a.shard == b.shard);
  CHECK(a.measured == b.measured);
  CHECK(a.scheduled == b.scheduled);
  CHECK(a.admitted == b.admitted);
  CHECK(a.dispatched == b.dispatched);
  CHECK(a.endpoint == b.endpoint);
  CHECK(a.opening == b.opening);
  CHECK(a.resolved == b.resolved);
  CHECK(a.tcp_connected == b.tcp_connected);
  CHECK(a.tls_done == b.tls_done);
  CHECK(a.send_began == b.send_began);
  CHECK(a.sent == b.sent);
  CHECK(a.first_byte == b.first_byte);
  CHECK(a.headers == b.headers);
  CHECK(a.first_event == b.first_event);
  CHECK(a.first_token == b.first_token);
  CHECK(a.last_token == b.last_token);
  CHECK(a.role_event == b.role_event);
  CHECK(a.finish_event == b.finish_event);
  CHECK(a.last_choice_event == b.last_choice_event);
  CHECK(a.done == b.done);
  CHECK(a.ended == b.ended);
  CHECK(a.outcome == b.outcome);
  CHECK(a.time_source == b.time_source);
  CHECK(a.http_status == b.http_status);
  CHECK(a.reconnects == b.reconnects);
  CHECK(a.stale_answers == b.stale_answers);
  CHECK(a.attempts == b.attempts);
  CHECK(a.retry_wait == b.retry_wait);
  CHECK(a.limits == b.limits);
  CHECK(a.connection_reused == b.connection_reused);
  CHECK(a.body_bytes == b.body_bytes);
  CHECK(a.text_bytes == b.text_bytes);
  CHECK(a.usage_prompt_tokens == b.usage_prompt_tokens);
  CHECK(a.usage_completion_tokens == b.usage_completion_tokens);
  CHECK(a.usage_cached_tokens == b.usage_cached_tokens);
  CHECK(a.usage_reasoning_tokens == b.usage_reasoning_tokens);
  CHECK(a.shared_tokens == b.shared_tokens);
  CHECK(a.usage_refused == b.usage_refused);
  CHECK(a.text_dropped == b.text_dropped);
  CHECK(a.prompt_tokens == b.prompt_tokens);
  CHECK(a.output_tokens == b.output_tokens);
  CHECK(a.reasoning_tokens == b.reasoning_tokens);
  CHECK(a.tool_tokens == b.tool_tokens);
  CHECK(a.streamed == b.streamed);
  CHECK(a.first_token_merged == b.first_token_merged);
  CHECK(a.finish_reason == b.finish_reason);
  CHECK(a.request_id == b.request_id);
  CHECK(a.error == b.error);
  CHECK(a.output == b.output);
  CHECK(a.reasoning == b.reasoning);
  CHECK(a.tool_text == b.tool_text);
  REQUIRE(a.events.size() == b.events.size());
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    INFO("event " << i);
    CHECK(a.events[i].at == b.events[i].at);
    CHECK(a.events[i].text_end == b.events[i].text_end);
    CHECK(a.events[i].tokens == b.events[i].tokens);
    CHECK(a.events[i].kind == b.events[i].kind);
    CHECK(a.events[i].merged == b.events[i].merged);
  }
}

/// The line of a full record with `from`, which must be in it, replaced by `to`.
std::string changed(const std::string& from, const std::string& to) {
  std::string line = line_of(full_record());
  const auto at = line.find(from);
  REQUIRE(at != std::string::npos);
  return line.replace(at, from.size(), to);
}

TEST_CASE("a record comes back from its line with every field") {
  const auto line = read(line_of(full_record()));
  CHECK(line.stage == 3);
  check_same(line.record, full_record());
  RequestRecord empty;
  empty.stage = 3;  // as the line's, whatever the record said
  check_same(read(line_of({})).record, empty);
}

TEST_CASE("each outcome, time source and kind of text comes back") {
  for (std::size_t i = 1; i < outcome_count; ++i) {  // 0 is ok: above
    RequestRecord r;
    r.outcome = static_cast<Outcome>(i);
    CHECK(read(line_of(r)).record.outcome == r.outcome);
  }
  for (const auto source : {TimeSource::kernel, TimeSource::user, TimeSource::mixed}) {
    RequestRecord r;
    r.first_byte = 1ns;
    r.time_source = source;
    CHECK(read(line_of(r)).record.time_source == source);
  }
}

TEST_CASE("a record is one line, and what did not happen is not in it") {
  const std::string full = line_of(full_record()), empty = line_of({});
  CHECK(full.find('\n') == full.size() - 1);
  CHECK(has(full, R"("events":[[9,18,19,0,0],[10,4294967295,0,1,1],[1152921504606846976,0,65535,2,0]])"));
  CHECK(
      empty ==
      R"({"type":"request","stage":3,"index":0,"max_tokens":0,"shard":0,"endpoint":0,"measured":true,"outcome":"cancelled","http_status":0,)"
      R"("reconnects":0,"connection_reused":false,"body_bytes":0,"streamed":false,)"
      R"("first_token_merged":false})"
      "\n");
}

TEST_CASE("what a server said of its limits is an array of numbers, null where it did not say one") {
  const std::string full = line_of(full_record());
  CHECK(has(full, R"("limits":[[-5,0,null,null],[7,null,9000,893000]])"));
  for (const char* wrong :
       {"[null,0,null,null]", "[1152921504606846977,0,null,null]", "[7,0,0,-1]", "[7,0,0]", "7"}) {
    std::string line = full;
    line.replace(line.find("[-5,0,null,null]"), 16, wrong);
    CHECK_THROWS_AS(read(line), InputError);
  }
}

TEST_CASE("bytes that are no UTF-8 leave a line valid") {
  RequestRecord r;
  r.output = "caf\xe9 \xff\xc3\xa9";
  const std::string line = line_of(r);
  CHECK(has(line, "caf\xef\xbf\xbd \xef\xbf\xbd\xc3\xa9"));
  CHECK(read(line).record.output == "caf\xef\xbf\xbd \xef\xbf\xbd\xc3\xa9");
}

TEST_CASE("a plan that keeps no text keeps its lengths") {
  const auto record = read(line_of(full_record(), false)).record;
  CHECK(record.output.empty());
  CHECK(record.reasoning.empty());
  CHECK(record.tool_text.empty());
  CHECK(record.finish_reason == "stop");
  CHECK(record.events.size() == 3);
  CHECK(record.output_tokens == 16U);
}

TEST_CASE("a line that can't be true is refused, and the message names the member") {
  const auto refused = [](const std::string& line) { return error_of<InputError>([&] { read(line); }); };
  CHECK(has(refused(changed(R"("shard":1,)", "")), "/shard: is missing"));
  CHECK(has(refused(changed(R"("shard":1,)", R"("shard":-1,)")), "/shard"));
  CHECK(has(refused(changed(R"("shard":1,)", R"("shard":"1",)")), "/shard"));
  CHECK(has(refused(changed(R"("measured":false,)", "")), "/measured: is missing"));
  CHECK(has(refused(changed(R"("measured":false,)", R"("measured":0,)")), "/measured"));
  CHECK(has(refused(changed(R"("admitted_ns":-1,)", R"("admitted_ns":"",)")), "/admitted_ns"));
  CHECK(has(refused(changed(R"("outcome":"ok")", R"("outcome":"fine")")), R"(/outcome: "fine")"));
  CHECK(has(refused(changed(R"("time_source":"mixed")", R"("time_source":null)")), "/time_source"));
  CHECK(has(refused(changed(R"("sent_ns":5,)", R"("sent_ns":5.5,)")), "/sent_ns"));
  CHECK(has(refused(changed("[9,18,19,0,0]", "[9,18,19,3,0]")), "/events"));
  CHECK(has(refused(changed("[9,18,19,0,0]", "[9,18,19,0,2]")), "/events"));
  CHECK(has(refused(changed("[9,18,19,0,0]", "[9,-1,19,0,0]")), "/events"));
  CHECK(has(refused(changed("[9,18,19,0,0]", "[9,18,19,0]")), "/events"));
  CHECK(has(refused(changed("[9,18,19,0,0]", "[-1152921504606846977,18,19,0,0]")), "/events"));
  CHECK(has(refused(changed(R"("sent_ns":5,)", R"("sent_ns":1152921504606846977,)")), "/sent_ns: is out of"));
  CHECK(has(refused(changed(R"("dispatched_ns":0,)", "")), "dispatched_ns"));
  CHECK(has(refused(changed(R"("done_ns":1152921504606846976,)", "")), "done_ns"));
  CHECK(has(refused(changed("[9,18,19,0,0]", "[11,18,19,0,0]")), "a time goes back"));
  CHECK(has(refused(changed(R"("done_ns":1152921504606846976,)", R"("done_ns":0,)")), "later done_ns"));
  CHECK(refused(changed(R"("resolved_ns":2,)", R"("resolved_ns":null,)")).empty());
}

TEST_CASE(
    "an arrival's bound may be before the stamp of a bounded arrival ahead of it, and not before its bound") {
  RequestRecord r = full_record();
  const std::chrono::nanoseconds first = r.events.at(0).at;
  r.events = {{first, 1, 0, TextKind::content, false}, {first + 10ns, 2, 0, TextKind::content, false}};
  r.bounds = {{0, 1, first - 20ns}, {1, 1, first - 5ns}};
  CHECK(read(line_of(r)).record.bounds == r.bounds);
  r.bounds = {{0, 1, first - 20ns}, {1, 1, first - 21ns}};
  CHECK_THROWS_AS(read(line_of(r)), InputError);
  r.bounds = {{1, 1, first - 5ns}};
  CHECK_THROWS_AS(read(line_of(r)), InputError);
}

TEST_CASE("a record of an earlier version, without what it did not have, is read") {
  std::string line = line_of(full_record());
  for (const std::string member : {R"("endpoint":4,)", R"("opening_ns":1,)", R"("send_began_ns":-5,)",
                                   R"("ended_ns":21,)", R"("stale_answers":18,)"}) {
    const auto at = line.find(member);
    REQUIRE(at != std::string::npos);
    line.erase(at, member.size());
  }
  const RequestRecord r = read(line).record;
  CHECK(r.endpoint == 0);
  CHECK_FALSE(r.opening);
  CHECK_FALSE(r.send_began);
  CHECK_FALSE(r.ended);
  CHECK(r.stale_answers == 0);
}

}  // namespace record_json_test
