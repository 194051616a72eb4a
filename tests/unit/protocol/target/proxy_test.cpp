#include "protocol/target/proxy.hpp"

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace proxy_test {

using namespace llmload;
using namespace llmload::protocol;

Endpoint endpoint(const std::string& authority) {
  return parse_endpoint("https://" + authority + "/v1/chat/completions");
}

TEST_CASE("a proxy is a URL, or a host with a port alone") {
  const Proxy proxy = parse_proxy("http://Proxy.Example:3128/");
  CHECK(proxy.host == "proxy.example");
  CHECK(proxy.port == "3128");
  CHECK(proxy.credentials.empty());
  CHECK(parse_proxy("proxy:8080").port == "8080");
  CHECK(parse_proxy("proxy").port == "80");
  CHECK(parse_proxy("http://[::1]:3128").host == "::1");
  CHECK(parse_proxy("http://user:p@ss@proxy:1").credentials.reveal() == "user:p@ss");
  CHECK(parse_proxy("http://u%40c:100%25@proxy:1").credentials.reveal() == "u@c:100%");
}

TEST_CASE("another kind of proxy is refused, without its credentials in the error") {
  const auto error = [](const char* url) { return error_of<InputError>([&] { (void)parse_proxy(url); }); };
  CHECK(has(error("socks5://proxy:1080"), "socks5"));
  CHECK(has(error("https://proxy"), "https"));
  for (const char* url :
       {"http://user:secret@:80", "http://user:secret@host:port", "http://user:secret@host:999999"}) {
    CHECK(has(error(url), "host[:port]"));
    CHECK_FALSE(has(error(url), "secret"));
  }
}

TEST_CASE("a tunnel is asked for with the endpoint's name and port, and the proxy's credentials") {
  Endpoint target = endpoint("llm.example.com");
  target.proxy = parse_proxy("http://proxy:3128");
  CHECK(connect_request(target) ==
        "CONNECT llm.example.com:443 HTTP/1.1\r\nHost: llm.example.com:443\r\n\r\n");
  target.proxy = parse_proxy("http://user:pass@proxy:3128");
  CHECK(has(connect_request(target), "\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n"));
  Endpoint v6 = endpoint("[2001:db8::1]:8443");
  v6.proxy = parse_proxy("http://a:b@proxy");
  CHECK(has(connect_request(v6), "CONNECT [2001:db8::1]:8443 "));
  CHECK(has(connect_request(v6), "Basic YTpi\r\n"));
}

TEST_CASE("the proxy's answer ends with its empty line, and opens the tunnel or says why not") {
  CHECK(connect_answer_end("HTTP/1.1 200 OK\r\nVia: x\r\n") == 0);
  CHECK(connect_answer_end("HTTP/1.1 200 OK\r\n\r\n") == 19);
  CHECK(connect_error("HTTP/1.1 200 Connection established\r\n\r\n").empty());
  CHECK(has(connect_error("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), "407 Proxy Authentication"));
  CHECK(has(connect_error("SSH-2.0\r\n\r\n"), "not HTTP"));
}

}  // namespace proxy_test
