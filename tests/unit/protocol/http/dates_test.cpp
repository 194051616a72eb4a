#include "protocol/http/dates.hpp"

#include "support/catch.hpp"

namespace dates_test {

using namespace llmload;
using namespace std::chrono_literals;
using std::chrono::sys_seconds;

TEST_CASE("dates of HTTP are read, and nothing else") {
  CHECK(protocol::read_http_date("Thu, 01 Jan 1970 00:00:01 GMT") == sys_seconds(1s));
  CHECK(protocol::read_http_date("Tue, 29 Feb 2028 23:59:59 GMT").has_value());
  for (const char* wrong :
       {"", "Thu, 01 Jan 1970 00:00:01", "Thu, 01 Foo 1970 00:00:01 GMT", "Thu, 31 Feb 2023 00:00:01 GMT",
        "Thu, xx Jan 1970 00:00:01 GMT", "Thursday, 01-Jan-70 00:00:01 GMT"}) {
    INFO(wrong);
    CHECK_FALSE(protocol::read_http_date(wrong));
  }
}

TEST_CASE("dates of RFC 3339 are read, with a part of a second and at an offset, and nothing else") {
  using protocol::read_rfc3339;
  CHECK(read_rfc3339("2023-11-14T22:13:20Z") == sys_seconds(1'700'000'000s));
  CHECK(read_rfc3339("2023-11-14t22:13:19.25z") == sys_seconds(1'700'000'000s));
  CHECK(read_rfc3339("2023-11-15T00:13:20+02:00") == sys_seconds(1'700'000'000s));
  CHECK(read_rfc3339("2023-11-14T17:43:20-04:30") == sys_seconds(1'700'000'000s));
  for (const char* wrong :
       {"", "2023-11-14", "2023-11-14T22:13:20", "2023-11-14T22:13:20X", "2023-11-14T22:13:20+0200",
        "2023-13-14T22:13:20Z", "2023-02-31T22:13:20Z", "2023-11-14T22-13-20Z", "xxxx-11-14T22:13:20Z"}) {
    INFO(wrong);
    CHECK_FALSE(read_rfc3339(wrong));
  }
}

}  // namespace dates_test
