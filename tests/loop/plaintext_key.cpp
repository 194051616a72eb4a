#include <llmload/llmload.hpp>
#include <string>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/text/checks.hpp"

namespace loop_plaintext_key {

using namespace llmload;
using test::count;
using test::plan_for;

/// What run() throws as InputError; "" where it does not.
std::string refusal(const Plan& plan) {
  return error_of<InputError>([&plan] { (void)run(plan); });
}

TEST_CASE("a plan whose key would go in the open to another machine is refused") {
  // Of a network for documentation: nothing is sent there.
  Plan plan = plan_for("http://192.0.2.1:9/v1/chat/completions", {{ClosedLoop{1}, 1}});
  CHECK(refusal(plan).find("be sent to 192.0.2.1 over http") != std::string::npos);
  plan.api_key = Secret();
  plan.extra_headers = {{"X-Api-Key", "a-key"}};
  CHECK(refusal(plan).find("be sent to 192.0.2.1 over http") != std::string::npos);
  plan.endpoints.insert(plan.endpoints.begin(), parse_endpoint("http://127.0.0.1:9/v1/chat/completions"));
  CHECK(refusal(plan).find("be sent to 192.0.2.1 over http") != std::string::npos);
}

TEST_CASE("a proxy is no way around it, since http goes through none") {
  Plan plan = plan_for("http://127.0.0.1:9/v1/chat/completions", {{ClosedLoop{1}, 1}});
  plan.endpoints[0].proxy = Proxy{"127.0.0.1", "9", {}};
  CHECK(refusal(plan).find("a proxy for an endpoint over http") != std::string::npos);
}

TEST_CASE("a name that no certificate can carry: tls_failed, and no byte of TLS is sent") {
  std::string behind = "?";
  {
    const test::ScriptedServer proxy([&](test::Peer& peer, int) {
      peer.read_request();
      peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
      behind = peer.read(1);
    });
    Plan plan = plan_for("https://llm.invalid/v1/chat/completions", {{ClosedLoop{1}, 1}});
    plan.endpoints[0].host = std::string(300, 'x');
    const Endpoint address = parse_endpoint(proxy.url());
    plan.endpoints[0].proxy = Proxy{address.host, address.port, {}};
    plan.connection = Connection::per_request;
    const Summary s = run(plan).stages[0];
    CHECK(count(s, Outcome::tls_failed) == 1);
    CHECK(s.commonest_reason == "no certificate can carry the endpoint's name");
  }
  CHECK(behind.empty());
}

}  // namespace loop_plaintext_key
