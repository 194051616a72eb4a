#include "protocol/target/no_proxy.hpp"

#include <string>

#include "support/catch.hpp"

namespace no_proxy_test {

using namespace llmload;
using namespace llmload::protocol;

Endpoint endpoint(const std::string& authority) {
  return parse_endpoint("https://" + authority + "/v1/chat/completions");
}

TEST_CASE("NO_PROXY names hosts, their domains, ports, or all") {
  CHECK(bypasses_proxy(endpoint("llm.example.com"), "other, example.com"));
  CHECK(bypasses_proxy(endpoint("llm.example.com"), ".example.com"));
  CHECK(bypasses_proxy(endpoint("llm.example.com"), "*.Example.com"));
  CHECK(bypasses_proxy(endpoint("example.com"), "example.com"));
  CHECK(bypasses_proxy(endpoint("example.com:8443"), "example.com:8443"));
  CHECK(bypasses_proxy(endpoint("10.0.0.1"), "10.0.0.1"));
  CHECK(bypasses_proxy(endpoint("[2001:db8::1]"), "2001:db8::1"));
  CHECK(bypasses_proxy(endpoint("any.where"), "*"));
  CHECK_FALSE(bypasses_proxy(endpoint("example.com"), "example.com:8443"));
  CHECK_FALSE(bypasses_proxy(endpoint("notexample.com"), "example.com"));
  CHECK_FALSE(bypasses_proxy(endpoint("example.com"), "llm.example.com,,"));
  CHECK_FALSE(bypasses_proxy(endpoint("example.com"), ""));
}

TEST_CASE("a loopback address is never reached through a proxy") {
  for (const char* host : {"localhost", "127.0.0.1:8443", "127.1.2.3", "[::1]:8443", "[0:0:0:0:0:0:0:1]",
                           "[::ffff:127.0.0.1]", "127.1"})
    CHECK(bypasses_proxy(endpoint(host), ""));
  CHECK_FALSE(is_loopback("127.example.com"));
  CHECK_FALSE(is_loopback("localhost.example.com"));
}

TEST_CASE("NO_PROXY names ranges of addresses") {
  CHECK(bypasses_proxy(endpoint("10.1.2.3"), "10.0.0.0/8"));
  CHECK(bypasses_proxy(endpoint("10.1.2.3:8443"), "10.9.9.9/8"));
  CHECK(bypasses_proxy(endpoint("192.168.7.1"), "192.168.6.0/23"));
  CHECK(bypasses_proxy(endpoint("1.2.3.4"), "0.0.0.0/0"));
  CHECK(bypasses_proxy(endpoint("10.0.0.1"), "10.0.0.1/32"));
  CHECK(bypasses_proxy(endpoint("[fd12::1]"), "FD00::/8"));
  CHECK(bypasses_proxy(endpoint("[fd12::1]:8443"), "[fd00::]/8"));
  CHECK(bypasses_proxy(endpoint("[2001:db8:0:7::1]"), "example.com,2001:db8::/61"));
  CHECK(bypasses_proxy(endpoint("[::ffff:10.1.2.3]"), "10.0.0.0/8"));
  CHECK_FALSE(bypasses_proxy(endpoint("11.1.2.3"), "10.0.0.0/8"));
  CHECK_FALSE(bypasses_proxy(endpoint("192.168.8.1"), "192.168.6.0/23"));
  CHECK_FALSE(bypasses_proxy(endpoint("[2001:db8:0:8::1]"), "2001:db8::/61"));
  CHECK_FALSE(bypasses_proxy(endpoint("10.1.2.3"), "::/0"));
  CHECK_FALSE(bypasses_proxy(endpoint("[fd12::1]"), "0.0.0.0/0"));
  CHECK_FALSE(bypasses_proxy(endpoint("10.example.com"), "10.0.0.0/8"));
  for (const char* no_range :
       {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "/8", "fd00::/129", "10.0.0.0/8x"}) {
    INFO(no_range);
    CHECK_FALSE(bypasses_proxy(endpoint("10.0.0.1"), no_range));
    CHECK_FALSE(bypasses_proxy(endpoint("[fd00::1]"), no_range));
  }
}

TEST_CASE("an address is compared as one, however it is written, and is below no domain") {
  CHECK(bypasses_proxy(endpoint("[2001:db8:0:0:0:0:0:1]"), "2001:DB8::1"));
  CHECK(bypasses_proxy(endpoint("[2001:db8::1]:8443"), "[2001:db8::1]:8443"));
  CHECK(bypasses_proxy(endpoint("[2001:db8::1]"), "[2001:db8::1]"));
  CHECK(bypasses_proxy(endpoint("10.0.0.1:8443"), "10.0.0.1:8443"));
  CHECK_FALSE(bypasses_proxy(endpoint("10.0.0.1"), "10.0.0.1:8443"));
  CHECK_FALSE(bypasses_proxy(endpoint("10.0.0.1"), "0.0.1"));
  CHECK_FALSE(bypasses_proxy(endpoint("10.0.0.1"), ".1"));
}

TEST_CASE("entries stand between commas or blanks, and a name may end with a dot") {
  CHECK(bypasses_proxy(endpoint("b.example"), "a.example b.example"));
  CHECK(bypasses_proxy(endpoint("b.example"), " a.example ,\tB.EXAMPLE\r\n"));
  CHECK(bypasses_proxy(endpoint("any.where"), "a, *"));
  CHECK(bypasses_proxy(endpoint("b.example"), "b.example."));
  CHECK(bypasses_proxy(endpoint("llm.b.example."), "b.example"));
  CHECK_FALSE(bypasses_proxy(endpoint("b.example"), " , "));
  CHECK_FALSE(bypasses_proxy(endpoint("b.example"), "."));
}

}  // namespace no_proxy_test
