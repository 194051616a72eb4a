// The simulated endpoint's quotas, as a client sees them.
#include <boost/json.hpp>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/raw_client.hpp"

namespace loop_simulator_quota {

using namespace llmload;
using test::body;
using test::header;

/// Plain, and with a quota that two requests of 8 tokens and one word fit into.
SimulatorOptions with_quota() {
  SimulatorOptions options = test::instant();
  options.tls = false;
  options.tokens_per_minute = 6 * 20;
  options.requests_per_minute = 60;
  return options;
}

std::string answer_to(test::RawClient& client, unsigned tokens, bool stream) {
  client.send(test::request_for(tokens, stream));
  return client.read_answer();
}

TEST_CASE("answers within the quota tell what is left, and how much of it is used") {
  for (const bool stream : {false, true}) {
    const Simulator simulator(with_quota());
    test::RawClient client(simulator.port());
    const std::string first = answer_to(client, 8, stream);
    CHECK(first.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(header(first, "x-ratelimit-limit-tokens") == "120");
    CHECK(header(first, "x-ratelimit-remaining-tokens") == "11");
    CHECK(header(first, "x-ratelimit-limit-requests") == "60");
    CHECK(header(first, "x-ratelimit-remaining-requests") == "9");
    CHECK(header(first, "azure-openai-deployment-utilization") == "45.0%");
    CHECK(header(first, "retry-after") == "-");
    CHECK(header(answer_to(client, 8, stream), "x-ratelimit-remaining-tokens") == "2");
  }
}

TEST_CASE("a request beyond the quota is a 429 in Azure's form, is not charged, and keeps the connection") {
  const Simulator simulator(with_quota());
  test::RawClient client(simulator.port());
  answer_to(client, 17, true);
  const std::string refused = answer_to(client, 8, true);
  CHECK(refused.starts_with("HTTP/1.1 429 "));
  CHECK(header(refused, "x-ratelimit-remaining-tokens") == "2");
  CHECK(header(refused, "x-ratelimit-remaining-requests") == "9");
  const int seconds = std::stoi(header(refused, "retry-after"));
  const int ms = std::stoi(header(refused, "retry-after-ms"));
  CHECK(seconds == (ms + 999) / 1000);
  CHECK(ms <= 10'000);
  const auto error = boost::json::parse(std::string(body(refused))).at("error");
  CHECK(error.at("code") == "429");
  CHECK(std::string(error.at("message").as_string())
            .find("have exceeded token rate limit of its quota. Please retry after " +
                  std::to_string(seconds) + " seconds.") != std::string::npos);
  CHECK(answer_to(client, 1, false).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("requests beyond their own quota are told so") {
  SimulatorOptions options = with_quota();
  options.tokens_per_minute.reset();
  options.requests_per_minute = 6;
  const Simulator simulator(options);
  test::RawClient client(simulator.port());
  CHECK(header(answer_to(client, 8, false), "x-ratelimit-remaining-tokens") == "-");
  CHECK(answer_to(client, 8, false).find("have exceeded call rate limit") != std::string::npos);
}

TEST_CASE("Azure's request id is there in Azure's dialect alone") {
  for (const ServerStyle style : {ServerStyle::serverless, ServerStyle::azure_openai, ServerStyle::vllm}) {
    SimulatorOptions options = test::instant();
    options.tls = false;
    options.style = style;
    const Simulator simulator(options);
    test::RawClient client(simulator.port());
    for (const std::string& answer : {answer_to(client, 1, false), answer_to(client, 1, true)}) {
      CHECK(header(answer, "x-request-id").starts_with("sim-"));
      CHECK(header(answer, "apim-request-id") ==
            (style == ServerStyle::azure_openai ? header(answer, "x-request-id") : "-"));
      CHECK(header(answer, "x-ratelimit-limit-requests") == "-");
    }
  }
}

}  // namespace loop_simulator_quota
