#include <memory>
#include <string>

#include "support/terse_dialect.hpp"
#include "unit/validation/refusal.hpp"

namespace endpoint_rules_test {

using namespace llmload;
using namespace llmload::validation_test;

/// A change of the endpoint's host.
Change host(std::string name) {
  return [name = std::move(name)](Plan& p) { p.endpoints[0].host = name; };
}
Change port(std::string name) {
  return [name = std::move(name)](Plan& p) { p.endpoints[0].port = name; };
}
Change target(std::string path) {
  return [path = std::move(path)](Plan& p) { p.endpoints[0].target = path; };
}
Change proxy(Proxy through) {
  return [through = std::move(through)](Plan& p) { p.endpoints[0].proxy = through; };
}
/// Over http, with a key.
Change in_the_open(const std::string& url, const Change& change) {
  return [url, change](Plan& p) {
    p.endpoints = {parse_endpoint(url)};
    change(p);
  };
}

TEST_CASE("a plan asks somebody, and all in one dialect") {
  check_refused({
      {"endpoints is empty", [](Plan& p) { p.endpoints.clear(); }},
      {"endpoints[0].dialect is null", [](Plan& p) { p.endpoints[0].dialect = nullptr; }},
      {"endpoints[1].dialect is null",
       [](Plan& p) { p.endpoints.emplace_back(p.endpoints[0]).dialect = nullptr; }},
      {"endpoints[1].dialect mixes completions with chat: all endpoints of a run must be of one kind",
       [](Plan& p) { p.endpoints.push_back(parse_endpoint("https://h/completions")); }},
  });
  check_taken({[](Plan& p) { p.endpoints.push_back(parse_endpoint("https://other/chat/completions")); }});
}

TEST_CASE("a host is a name or an address, as it stands in a request's head") {
  const std::string no_url =
      "endpoints[0].host has a line end, a blank, or another character that no URL has";
  const std::string nothing_else = "endpoints[0].host must be a name or an address and nothing else";
  check_refused({
      {"endpoints[0].host is empty", host("")},
      {no_url, host("h\r\nX-Line: 1")},
      {no_url, host("two words")},
      {no_url, host("h\x7f")},
      {no_url, host("m\u00fcnchen.example")},
      {nothing_else, host("[::1]")},
      {nothing_else, host("https://h")},
      {nothing_else, host("me@h")},
      {"endpoints[0].host has a \":\" and is no IPv6 address", host("h:8443")},
      {"endpoints[0].host must be in lower case", host("H.openai.azure.com")},
  });
  check_taken({host("::1"), host("fe80::1%eth0"), host("10.0.0.1"), host("a-b_c.example."),
               host(std::string(300, 'x'))});
}

TEST_CASE("a port is a number that TCP has") {
  const std::string number = "endpoints[0].port must be a number from 1 to 65535";
  check_refused({{number, port("")},
                 {number, port("0")},
                 {number, port("65536")},
                 {number, port("443 ")},
                 {number, port("-1")},
                 {number, port("https")}});
  check_taken({port("1"), port("65535")});
}

TEST_CASE("a target is a path of the dialect's that stays in its line") {
  const std::string no_url = "endpoints[0].target has a line end, a blank";
  check_refused({
      {no_url, target("/chat/completions HTTP/1.1\r\nX-Line: 1\r\n")},
      {no_url, target("/a b/chat/completions")},
      {no_url, target("/\u00e9/chat/completions")},
      {"endpoints[0].target must begin with /", target("chat/completions")},
      {"endpoints[0].target has a #", target("/chat/completions#a")},
      {"endpoints[0].target must have a path that ends in chat/completions", target("/v1/embeddings")},
      {"endpoints[0].target must have a path that ends in chat/completions",
       target("/v1?a=chat/completions")},
      {"endpoints[0].target must have a path that ends in /say",
       [](Plan& p) { p.endpoints[0].dialect = std::make_shared<test::TerseDialect>(); }},
      {"endpoints[0].url has a control character", [](Plan& p) { p.endpoints[0].url = "https://h\n"; }},
      {"endpoints[0].url is not UTF-8", [](Plan& p) { p.endpoints[0].url = "https://\xff"; }},
  });
  CHECK_FALSE(has(refusal(target("/v1?key=q-0123456789\n")), "0123456789"));
}

TEST_CASE("a proxy is for TLS, and has a host and a port") {
  check_refused({
      {"endpoints[0].proxy is a proxy for an endpoint over http",
       in_the_open("http://127.0.0.1/chat/completions", proxy({"proxy", "80", {}}))},
      {"endpoints[0].proxy.host is empty", proxy({"", "80", {}})},
      {"endpoints[0].proxy.host has a line end", proxy({"h\r\n", "80", {}})},
      {"endpoints[0].proxy.port must be a number", proxy({"h", "", {}})},
  });
  check_taken({proxy({"proxy", "3128", Secret("user:pw")})});
}

TEST_CASE("an endpoint that is said to be of this process is of this machine") {
  check_refused({{"endpoints_in_process is true, and endpoints[0] is not of this machine",
                  [](Plan& p) { p.endpoints_in_process = true; }}});
  check_taken({[](Plan& p) {
    p.endpoints = {parse_endpoint("https://127.0.0.1/chat/completions")};
    p.endpoints_in_process = true;
  }});
}

TEST_CASE("a key goes over http to loopback alone, unless that is allowed") {
  const std::string open = "allow_plaintext_key is false, and the key would be sent to llm.example over http";
  const std::string url = "http://llm.example/chat/completions";
  check_refused({
      {open, in_the_open(url, [](Plan&) {})},
      {open, in_the_open(url,
                         [](Plan& p) {
                           p.api_key = Secret();
                           p.extra_headers = {{"X-Api-Key", "k"}};
                         })},
      {open, in_the_open(url,
                         [](Plan& p) {
                           p.endpoints.insert(p.endpoints.begin(),
                                              parse_endpoint("http://127.0.0.1/chat/completions"));
                         })},
  });
  check_taken({in_the_open(url, [](Plan& p) { p.allow_plaintext_key = true; }),
               in_the_open(url, [](Plan& p) { p.auth = Auth::none; }),
               in_the_open("http://127.0.0.1/chat/completions", [](Plan&) {}),
               in_the_open("http://any.localhost/chat/completions", [](Plan&) {})});
}

}  // namespace endpoint_rules_test
