#include "protocol/target/ip_address.hpp"

#include "support/catch.hpp"

namespace ip_address_test {

using namespace llmload::protocol;

TEST_CASE("an address is read in its text forms, and no other text is one") {
  CHECK(parse_ip("10.0.0.1")->size == 4);
  CHECK(parse_ip("fd00::1")->size == 16);
  CHECK(parse_ip("fe80::1%eth0") == parse_ip("fe80::1"));
  CHECK(parse_ip("::ffff:10.0.0.1") == parse_ip("10.0.0.1"));
  CHECK(parse_ip("10.0.0.1") != parse_ip("10.0.0.2"));
  for (const char* text : {"", "10.0.0", "10.0.0.256", "example.com", "[::1]", "::1::", "10.0.0.1 "})
    CHECK_FALSE(parse_ip(text));
}

TEST_CASE("a range holds the addresses that begin with its bits") {
  const auto holds = [](const char* range, const char* address) {
    return contains(parse_ip_range(range).value(), parse_ip(address).value());
  };
  CHECK(holds("10.0.0.0/9", "10.127.255.255"));
  CHECK_FALSE(holds("10.0.0.0/9", "10.128.0.0"));
  CHECK(holds("fd00::/127", "fd00::1"));
  CHECK_FALSE(holds("fd00::/127", "fd00::2"));
  CHECK(holds("fd00::1/128", "fd00::1"));
  CHECK(holds("::/0", "fd00::1"));
  CHECK_FALSE(parse_ip_range("10.0.0.0"));
}

}  // namespace ip_address_test
