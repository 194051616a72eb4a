// Servers that take, or refuse, what asks for answers of an exact length.
#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/text/checks.hpp"

namespace loop_exact_output {

using namespace llmload;
using test::Peer;

struct Seen {
  std::vector<std::string> requests;
  Summary stage;
};

/// A run of 4 requests on a server that refuses those with any of these members.
Seen run_against(const std::vector<std::string>& refused) {
  std::mutex mutex;
  Seen seen;
  const test::ScriptedServer server([&](Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const bool is_refused =
          std::ranges::any_of(refused, [&](const std::string& member) { return has(request, member); });
      {
        const std::scoped_lock lock(mutex);
        seen.requests.push_back(request);
      }
      peer.send(is_refused ? test::answer(400, R"({"error":{"message":"extra inputs are not permitted"}})")
                           : test::good_answer());
    }
  });
  Plan plan = test::plan_for(server.url(), {{ClosedLoop{2}, 4}});
  plan.exact_output = true;
  seen.stage = run(plan).stages.at(0);
  return seen;
}

bool is_noted(const Seen& seen, const std::string& text) {
  return std::ranges::any_of(seen.stage.notes, [&](const std::string& note) { return has(note, text); });
}

TEST_CASE("a server that takes both members is asked with both") {
  const Seen seen = run_against({});
  CHECK(seen.stage.ok == 4);
  REQUIRE(seen.requests.size() == 5);
  for (const std::string& request : seen.requests)
    CHECK((has(request, R"("ignore_eos":true)") && has(request, R"("min_tokens":)")));
  CHECK_FALSE(is_noted(seen, "exact lengths"));
}

TEST_CASE(
    "a server that refuses a member is asked with the other, and one that refuses both without, in the run") {
  struct Case {
    std::vector<std::string> refused;
    bool ignore_eos, min_tokens;
    std::size_t questions;
    std::string note;
  };
  for (const Case& c : {Case{{"min_tokens"}, true, false, 2, "with ignore_eos: "},
                        Case{{"ignore_eos"}, false, true, 3, "with min_tokens: "},
                        Case{{"ignore_eos", "min_tokens"}, false, false, 4, "with nothing: "}}) {
    const Seen seen = run_against(c.refused);
    INFO(c.note);
    CHECK(seen.stage.ok == 4);
    REQUIRE(seen.requests.size() == c.questions + 4);
    for (auto request = seen.requests.end() - 4; request != seen.requests.end(); ++request) {
      CHECK(has(*request, "ignore_eos") == c.ignore_eos);
      CHECK(has(*request, "min_tokens") == c.min_tokens);
    }
    CHECK(is_noted(seen, "exact lengths are asked for " + c.note));
  }
}

}  // namespace loop_exact_output
