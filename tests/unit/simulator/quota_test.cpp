#include "simulator/quota.hpp"

#include <vector>

#include "support/catch.hpp"

namespace quota_test {

using namespace llmload::simulator;
using Verdict = Quota::Verdict;

constexpr std::chrono::nanoseconds ns(1), ms = std::chrono::milliseconds(1), second = std::chrono::seconds(1);
constexpr llmload::net::Time start(std::chrono::nanoseconds(123'456'789));

TEST_CASE("a window has a sixth of the minute's budget, and a refused request is free") {
  struct Step {
    std::chrono::nanoseconds at;  // from the start
    std::uint64_t tokens;
    Verdict verdict;
    const char* remaining;  // requests, tokens
  };
  struct Case {
    const char* what;
    std::optional<std::uint64_t> tokens_per_minute, requests_per_minute;
    std::vector<Step> steps;
  };
  const std::vector<Case> cases = {
      {"tokens bind: 200,000 a minute are 33,333 a window",
       200'000,
       1'000,
       {{0 * ns, 30'000, Verdict::admitted, "165 3333"},
        {1 * ns, 3'334, Verdict::no_tokens, "165 3333"},
        {2 * ns, 3'333, Verdict::admitted, "164 0"},
        {3 * ns, 1, Verdict::no_tokens, "164 0"},
        {10 * second - ns, 1, Verdict::no_tokens, "164 0"},
        {10 * second, 33'333, Verdict::admitted, "165 0"}}},
      {"requests bind: 12 a minute are 2 a window",
       1'000'000,
       12,
       {{0 * ns, 10, Verdict::admitted, "1 166656"},
        {0 * ns, 10, Verdict::admitted, "0 166646"},
        {0 * ns, 10, Verdict::no_requests, "0 166646"},
        {25 * second, 10, Verdict::admitted, "1 166656"},
        {29 * second, 10, Verdict::admitted, "0 166646"},
        {30 * second - ns, 10, Verdict::no_requests, "0 166646"},
        {30 * second, 10, Verdict::admitted, "1 166656"}}},
      {"less than six a minute is still one a window",
       {},
       3,
       {{0 * ns, 1'000'000, Verdict::admitted, "0"}, {1 * ns, 1, Verdict::no_requests, "0"}}},
      {"more than a window's tokens never fits",
       600,
       {},
       {{0 * ns, 101, Verdict::no_tokens, "100"},
        {60 * second, 101, Verdict::no_tokens, "100"},
        {60 * second, 100, Verdict::admitted, "0"}}},
  };
  for (const Case& c : cases) {
    Quota quota(c.tokens_per_minute, c.requests_per_minute, start);
    for (const Step& step : c.steps) {
      INFO(c.what << ", at " << step.at << ", tokens " << step.tokens);
      CHECK(quota.charge(step.tokens, start + step.at) == step.verdict);
      std::string remaining;
      const std::string fields = quota.rate_limit_fields();
      for (std::size_t at = 0; (at = fields.find("remaining-", at)) != std::string::npos; ++at) {
        const std::size_t value = fields.find(": ", at) + 2;
        remaining += (remaining.empty() ? "" : " ") + fields.substr(value, fields.find('\r', value) - value);
      }
      CHECK(remaining == step.remaining);
    }
  }
}

TEST_CASE("the headers are Azure's, with the minute's limit and the window's rest") {
  Quota quota(60'000, 600, start);
  quota.charge(8'930, start);
  CHECK(quota.rate_limit_fields() ==
        "x-ratelimit-limit-requests: 600\r\nx-ratelimit-remaining-requests: 99\r\n"
        "x-ratelimit-limit-tokens: 60000\r\nx-ratelimit-remaining-tokens: 1070\r\n");
  CHECK(quota.utilization_field() == "azure-openai-deployment-utilization: 89.3%\r\n");
}

TEST_CASE("utilisation is that of the budget which is nearer to its end") {
  Quota quota(60'000, 60, start);
  quota.charge(1, start);
  CHECK(quota.utilization_field() == "azure-openai-deployment-utilization: 10.0%\r\n");
}

TEST_CASE("without quotas nothing is refused or told") {
  Quota quota({}, {}, start);
  CHECK_FALSE(quota.is_limited());
  CHECK(quota.charge(1'000'000'000, start) == Verdict::admitted);
  CHECK(quota.rate_limit_fields().empty());
  CHECK(quota.utilization_field().empty());
}

TEST_CASE("the wait is until the next window, rounded up in seconds and in milliseconds") {
  Quota quota(600, {}, start);
  quota.charge(100, start + 12 * second + 300 * ms + ns);
  CHECK(quota.until_renewed(start + 12 * second + 300 * ms + ns) == 7 * second + 700 * ms - ns);
  CHECK(retry_fields(7 * second + 700 * ms - ns) == "retry-after: 8\r\nretry-after-ms: 7700\r\n");
  CHECK(retry_fields(7 * second) == "retry-after: 7\r\nretry-after-ms: 7000\r\n");
  CHECK(whole_seconds(ns) == second);
}

}  // namespace quota_test
