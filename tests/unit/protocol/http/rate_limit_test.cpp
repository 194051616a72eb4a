#include "protocol/http/rate_limit.hpp"

#include <initializer_list>
#include <utility>

#include "support/catch.hpp"

namespace rate_limit_test {

using namespace llmload;
using namespace std::chrono_literals;
using protocol::RateLimit;

constexpr std::chrono::sys_seconds now{1'700'000'000s};

RateLimit limit_of(std::initializer_list<std::pair<const char*, const char*>> headers) {
  RateLimit limit;
  for (const auto& [name, value] : headers) CHECK(limit.take(name, value));
  return limit;
}

auto wait_of(std::initializer_list<std::pair<const char*, const char*>> headers) {
  return limit_of(headers).retry_after(now);
}

TEST_CASE("a wait is taken in milliseconds, in seconds, or as a date, in this order") {
  CHECK(wait_of({{"retry-after-ms", "1500"}}) == 1500ms);
  CHECK(wait_of({{"Retry-After", "7"}}) == 7s);
  CHECK(wait_of({{"retry-after", "0.25"}}) == 250ms);
  CHECK(wait_of({{"retry-after", "7"}, {"retry-after-ms", "20"}}) == 20ms);
  CHECK(wait_of({{"retry-after", "Tue, 14 Nov 2023 22:13:50 GMT"}}) == 30s);
}

TEST_CASE("a date is compared with the server's own clock where it tells") {
  CHECK(wait_of({{"retry-after", "Tue, 14 Nov 2023 22:13:50 GMT"},
                 {"date", "Tue, 14 Nov 2023 22:13:40 GMT"}}) == 10s);
}

TEST_CASE("what is no time to wait is taken as not said") {
  for (const char* value : {"0", "-1", "soon", "", "1e99", "nan", "10 s", "Tue, 14 Nov 2023 22:13:10 GMT"}) {
    INFO(value);
    CHECK_FALSE(wait_of({{"retry-after", value}}));
  }
  CHECK(wait_of({{"retry-after-ms", "0"}, {"retry-after", "3"}}) == 3s);
  CHECK_FALSE(RateLimit().retry_after(now));
}

TEST_CASE("what is left and the utilisation are read, and -1 is not known") {
  const auto limit = limit_of({{"x-ratelimit-remaining-requests", "19"},
                               {"X-RateLimit-Remaining-Tokens", "9250"},
                               {"azure-openai-deployment-utilization", "89.3%"}});
  CHECK(limit.remaining_requests == 19);
  CHECK(limit.remaining_tokens == 9250);
  CHECK(limit.utilization_millionths == 893'000U);
  CHECK_FALSE(limit_of({{"x-ratelimit-remaining-requests", "-1"}}).remaining_requests);
  CHECK_FALSE(limit_of({{"azure-openai-deployment-utilization", "full"}}).utilization_millionths);
}

TEST_CASE("of Anthropic's limits the tightest tells what is left, in any order") {
  const auto left = limit_of({{"anthropic-ratelimit-requests-limit", "50"},
                              {"anthropic-ratelimit-requests-remaining", "19"},
                              {"Anthropic-RateLimit-Input-Tokens-Remaining", "40000"},
                              {"anthropic-ratelimit-output-tokens-remaining", "8000"},
                              {"anthropic-ratelimit-tokens-remaining", "48000"}});
  CHECK(left.remaining_requests == 19);
  CHECK(left.remaining_tokens == 8000);
  CHECK_FALSE(limit_of({{"anthropic-ratelimit-tokens-remaining", "-1"}}).remaining_tokens);
}

TEST_CASE("without a time to wait Anthropic's limits that are used up tell when they are renewed") {
  constexpr const char *none = "anthropic-ratelimit-input-tokens-remaining",
                       *at = "anthropic-ratelimit-input-tokens-reset";
  CHECK(wait_of({{none, "0"}, {at, "2023-11-14T22:13:50Z"}}) == 30s);
  CHECK(wait_of({{at, "2023-11-14T22:13:50Z"}, {none, "0"}}) == 30s);
  CHECK(wait_of({{none, "0"}, {at, "2023-11-14T22:13:50Z"}, {"retry-after", "7"}}) == 7s);
  CHECK(wait_of({{none, "0"},
                 {at, "2023-11-14T22:13:50Z"},
                 {"anthropic-ratelimit-requests-remaining", "0"},
                 {"anthropic-ratelimit-requests-reset", "2023-11-14T22:13:25Z"}}) == 30s);
  CHECK_FALSE(wait_of({{none, "1"}, {at, "2023-11-14T22:13:50Z"}}));
  CHECK_FALSE(wait_of({{none, "0"}, {at, "soon"}}));
}

TEST_CASE("other headers are left to others") {
  RateLimit limit;
  CHECK_FALSE(limit.take("content-type", "application/json"));
  CHECK_FALSE(limit.take("x-request-id", "7"));
}

TEST_CASE("without a word of the server's the waits double up to half a minute, less up to a quarter") {
  CHECK(protocol::backoff(2, 0) == 500ms);
  CHECK(protocol::backoff(3, 0) == 1s);
  CHECK(protocol::backoff(4, 0) == 2s);
  CHECK(protocol::backoff(50, 0) == 30s);
  CHECK(protocol::backoff(2, 1) == 375ms);
}

}  // namespace rate_limit_test
