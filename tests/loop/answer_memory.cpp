#include <string>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/record_checks.hpp"
#include "support/scripted_server.hpp"

namespace loop_answer_memory {

using namespace llmload;
using test::Peer;
using test::plan_for;
using test::RecordKeeper;
using test::ScriptedServer;

/// Answers each request with a text of 4 MB.
void answer_at_length(Peer& peer) {
  const std::string body =
      R"({"choices":[{"message":{"content":")" + std::string(4'000'000, 'w') +
      R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":9}})";
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  while (!peer.read_request().empty()) peer.send(head + body);
}

TEST_CASE("answers beyond MAX_WAITING_BYTES end well without their texts, and the stage says so") {
  const ScriptedServer server([](Peer& peer, int) { answer_at_length(peer); });
  Plan plan = plan_for(server.url(), {{ClosedLoop{8}, 32}});
  plan.max_waiting_bytes = 2'000'000;
  RecordKeeper keeper;
  const Summary s = run(plan, {&keeper}).stages[0];
  CHECK(s.ok == 32);
  CHECK(s.text_dropped == 32);
  CHECK(s.output_tokens == 32 * 9U);
  CHECK_FALSE(s.valid);
  for (const RequestRecord& r : keeper.records) {
    CHECK(test::contradiction(r) == "");
    CHECK(r.output.empty());
  }
}

TEST_CASE("answers within it are whole") {
  const ScriptedServer server([](Peer& peer, int) { answer_at_length(peer); });
  Plan plan = plan_for(server.url(), {{ClosedLoop{2}, 4}});
  plan.max_waiting_bytes = 200'000'000;
  RecordKeeper keeper;
  const Summary s = run(plan, {&keeper}).stages[0];
  CHECK(s.ok == 4);
  CHECK(s.text_dropped == 0);
  for (const RequestRecord& r : keeper.records) CHECK(r.output.size() == 4'000'000);
}

}  // namespace loop_answer_memory
