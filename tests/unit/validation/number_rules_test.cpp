#include <chrono>
#include <cmath>
#include <limits>
#include <string>

#include "unit/validation/refusal.hpp"

namespace number_rules_test {

using namespace llmload;
using namespace llmload::validation_test;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

TEST_CASE("numbers of a request are those that a file may give") {
  check_refused({
      {"max_tokens is 0; it must be a whole number from 1 to 10000000", [](Plan& p) { p.max_tokens = 0; }},
      {"max_tokens is 10000001", [](Plan& p) { p.max_tokens = 10'000'001; }},
      {"max_tokens is 10000001",
       [](Plan& p) {
         p.max_tokens = TokenLengths::normal({9e6, 1e6, 1, 10'000'001});
       }},
      {"temperature is nan; it must be a number from 0 to 100", [](Plan& p) { p.temperature = nan; }},
      {"temperature is -0.5", [](Plan& p) { p.temperature = -0.5; }},
      {"temperature is inf", [](Plan& p) { p.temperature = infinite; }},
      {"top_p is nan; it must be a number from 0 to 1", [](Plan& p) { p.top_p = nan; }},
      {"top_p is 1.5", [](Plan& p) { p.top_p = 1.5; }},
      {"max_response_bytes is 1023; it must be a whole number from 1024 to",
       [](Plan& p) { p.max_response_bytes = 1'023; }},
      {"max_waiting_bytes is 1048575; it must be a whole number from 1048576 to",
       [](Plan& p) { p.max_waiting_bytes = 1'048'575; }},
  });
  check_taken({[](Plan& p) { p.temperature = p.top_p = 0; }, [](Plan& p) { p.top_p = 1; }});
}

TEST_CASE("each limit of time lasts") {
  check_taken({[](Plan& p) { p.ready_timeout = seconds{1}; }});
  check_refused({{"ready_timeout is 0 s; it must be a number from 0.001 to 604800",
                  [](Plan& p) { p.ready_timeout = nanoseconds{0}; }}});
  for (const auto& [name, limit] :
       {std::pair("connect", &Timeouts::connect), std::pair("tls", &Timeouts::tls),
        std::pair("first_byte", &Timeouts::first_byte), std::pair("first_token", &Timeouts::first_token),
        std::pair("idle", &Timeouts::idle), std::pair("total", &Timeouts::total)}) {
    const std::string member = std::string("timeouts.") + name;
    check_refused(
        {{member + " is 0 s; it must be a number from 0.001 to 604800",
          [limit = limit](Plan& p) { p.timeouts.*limit = nanoseconds{0}; }},
         {member + " is -1 s", [limit = limit](Plan& p) { p.timeouts.*limit = seconds{-1}; }},
         {member + " is 604801 s", [limit = limit](Plan& p) { p.timeouts.*limit = seconds{604'801}; }}});
  }
}

/// A change of what follows a 429, where anything does.
Change retry(const std::function<void(Retry&)>& change) {
  return [change](Plan& p) {
    p.retry.rate_limited = true;
    change(p.retry);
  };
}

TEST_CASE("retries are some, and a quota is one") {
  check_refused({
      {"retry.most is 0; it must be a whole number from 1 to 1000", retry([](Retry& r) { r.most = 0; })},
      {"retry.most is 1001", retry([](Retry& r) { r.most = 1'001; })},
      {"retry.budget is 0 s", retry([](Retry& r) { r.budget = seconds{0}; })},
      {"quota has neither tokens_per_minute nor requests_per_minute", [](Plan& p) { p.quota = Quota{}; }},
      {"quota.tokens_per_minute is 0; it must be",
       [](Plan& p) {
         p.quota = Quota{0, 5};
       }},
      {"quota.tokens_per_minute is 1000000000001",
       [](Plan& p) {
         p.quota = Quota{1'000'000'000'001, {}};
       }},
      {"quota.requests_per_minute is 1000000000001",
       [](Plan& p) {
         p.quota = Quota{{}, 1'000'000'000'001};
       }},
  });
  check_taken({[](Plan& p) { p.quota = Quota{1, {}}; }, [](Plan& p) { p.quota = Quota{{}, 1}; }});
}

TEST_CASE("numbers by which a run is judged are numbers") {
  check_refused({
      {"price.input is nan; it must be a number from 0 to 1000000",
       [](Plan& p) {
         p.price = Price{nan, 1};
       }},
      {"price.output is -1",
       [](Plan& p) {
         p.price = Price{1, -1};
       }},
      {"max_error_rate is nan; it must be a number from 0 to 1", [](Plan& p) { p.max_error_rate = nan; }},
      {"max_error_rate is 1.5", [](Plan& p) { p.max_error_rate = 1.5; }},
      {"fail_if[0] \"ttft.p95\" is no value of a stage",
       [](Plan& p) {
         p.fail_if = {{"ttft.p95", Relation::more, 1, ""}};
       }},
      {"fail_if[1] speaks of a stage \"65\", which the run does not have",
       [](Plan& p) {
         p.fail_if = {{"failed", Relation::more, 1, ""}, {"failed", Relation::more, 1, "65"}};
       }},
      {"cores is 1025; it must be a whole number from 0 to 1024", [](Plan& p) { p.cores = 1'025; }},
      {"threshold_tps is nan", [](Plan& p) { p.threshold_tps = nan; }},
      {"threshold_tps is -1", [](Plan& p) { p.threshold_tps = -1; }},
      {"goodput has none of ttft_ms, tpot_ms and e2e_ms", [](Plan& p) { p.goodput = Goodput{}; }},
      {"goodput.ttft_ms is nan",
       [](Plan& p) {
         p.goodput = Goodput{nan, {}, {}};
       }},
      {"goodput.tpot_ms is -1",
       [](Plan& p) {
         p.goodput = Goodput{{}, -1, {}};
       }},
      {"goodput.e2e_ms is inf",
       [](Plan& p) {
         p.goodput = Goodput{{}, {}, infinite};
       }},
  });
  check_taken({[](Plan& p) { p.price = Price{}; }, [](Plan& p) { p.max_error_rate = 0; },
               [](Plan& p) {
                 p.goodput = Goodput{200, {}, {}};
               }});
}

}  // namespace number_rules_test
