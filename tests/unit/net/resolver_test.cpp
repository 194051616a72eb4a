#include "net/resolver.hpp"

#include "support/catch.hpp"

namespace resolver_test {

using namespace llmload;
using boost::asio::ip::make_address;

bool is_loopback(const char* address) { return net::is_loopback({make_address(address), 80}); }

TEST_CASE("an address is loopback in each of its forms") {
  for (const char* address : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    INFO(address);
    CHECK(is_loopback(address));
  }
  for (const char* address :
       {"10.9.9.9", "128.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.9.9.9", "fe80::1"}) {
    INFO(address);
    CHECK_FALSE(is_loopback(address));
  }
}

}  // namespace resolver_test
