#include "dataset/trace/trace_time.hpp"

#include "support/catch.hpp"

namespace trace_time_test {

using namespace std::chrono_literals;
using llmload::dataset::trace_milliseconds;
using llmload::dataset::trace_time;

TEST_CASE("a number is seconds, or milliseconds where that is its unit") {
  CHECK(trace_time("5") == 5s);
  CHECK(trace_time("19440110.0") == 19'440'110s);
  CHECK(trace_time("0.0000000015") == 2ns);
  CHECK(trace_milliseconds("1500") == 1'500ms);
  CHECK(trace_milliseconds("0") == 0s);
}

TEST_CASE(
    "a date and a time are read with their fraction, as long as it is, and their zone, if there is one") {
  const auto base = trace_time("2023-11-16 18:15:46");
  REQUIRE(base);
  CHECK(*base == 1'700'158'546s);  // date -u -d '2023-11-16 18:15:46' +%s
  CHECK(trace_time("2023-11-16 18:15:46.6805900") == *base + 680'590'000ns);
  CHECK(trace_time("2023-11-16T18:15:46.680590123456Z") == *base + 680'590'123ns);
  CHECK(trace_time("2023-11-16 18:15:46+00:00") == *base);
  CHECK(trace_time("2023-11-16 20:15:46.5+02:00") == *base + 500ms);
  CHECK(trace_time("2023-11-16 13:45:46-0430") == *base);
}

TEST_CASE("what is no time is none") {
  for (const char* text :
       {"", "-1", "nan", "inf", "1e300", "abc", "1 ", "2023-11-16", "2023-13-01 00:00:00",
        "2023-02-30 00:00:00", "2023-11-16 24:00:00", "2023-11-16 18:15:46.", "2023-11-16 18:15:46 ",
        "2023-11-16 18:15:46+2", "2023-11-16 18:15", "9999-11-16 18:15:46", "2023-11-16 18:15:46Zx"})
    CHECK_FALSE(trace_time(text));
  CHECK_FALSE(trace_milliseconds("2023-11-16 18:15:46"));
}

}  // namespace trace_time_test
