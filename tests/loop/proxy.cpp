#include <llmload/llmload.hpp>
#include <string>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"

namespace loop_proxy {

using namespace llmload;
using test::count;
using test::Peer;
using test::plan_for;
using test::ScriptedServer;

/// A plan for an https endpoint that only this proxy would know.
Plan proxied(const ScriptedServer& proxy, const std::string& credentials = "") {
  Plan plan = plan_for("https://llm.invalid/v1/chat/completions", {{ClosedLoop{1}, 1}});
  const Endpoint address = parse_endpoint(proxy.url());
  plan.endpoints[0].proxy = Proxy{address.host, address.port, Secret(credentials)};
  return plan;
}

TEST_CASE("a tunnel is asked for by the endpoint's name, and TLS begins behind the proxy's yes") {
  std::string asked, behind;
  {
    const ScriptedServer proxy([&](Peer& peer, int) {
      asked = peer.read_request();
      peer.send("HTTP/1.1 200 Connection established\r\nVia: proxy\r\n\r\n");
      behind = peer.read(1);
      peer.send("no TLS");
      peer.wait_for_end();
    });
    const Summary s = run(proxied(proxy, "user:pass")).stages[0];
    CHECK(count(s, Outcome::tls_failed) == 1);
  }
  CHECK(asked.starts_with("CONNECT llm.invalid:443 HTTP/1.1\r\n"));
  CHECK(asked.find("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n") != std::string::npos);
  CHECK(asked.find("a-key-that-nobody-may-see") == std::string::npos);
  CHECK(behind == "\x16");  // a handshake record
}

TEST_CASE("a proxy that refuses, breaks off or speaks no HTTP: connect_failed, with its words") {
  const std::pair<const char*, const char*> answers[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "407 Proxy Authentication Required"},
      {"SSH-2.0-nothing\r\n\r\n", "not HTTP"},
      {"", "closed the connection"}};
  for (const auto& [answer, reason] : answers) {
    const ScriptedServer proxy([&, text = std::string(answer)](Peer& peer, int) {
      peer.read_request();
      peer.send(text);
      peer.end();
      peer.wait_for_end();
    });
    const Summary s = run(proxied(proxy)).stages[0];
    INFO(s.commonest_reason);
    CHECK(count(s, Outcome::connect_failed) == 1);
    CHECK(s.commonest_reason.find(reason) != std::string::npos);
  }
}

TEST_CASE("a proxy that does not answer: connect_timeout") {
  const ScriptedServer proxy([](Peer& peer, int) {
    peer.read_request();
    peer.wait_for_end();
  });
  Plan plan = proxied(proxy);
  plan.timeouts.connect = std::chrono::milliseconds{50};
  CHECK(count(run(plan).stages[0], Outcome::connect_timeout) == 1);
}

}  // namespace loop_proxy
