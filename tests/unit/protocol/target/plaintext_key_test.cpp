#include "protocol/target/plaintext_key.hpp"

#include "llmload/key_command.hpp"
#include "support/catch.hpp"

namespace plaintext_key_test {

using namespace llmload;
using protocol::needs_loopback;

Plan with_key() {
  Plan plan;
  plan.api_key = Secret("a-key");
  return plan;
}

TEST_CASE("a key over http is for loopback alone, unless that is allowed") {
  const Endpoint open = parse_endpoint("http://llm.example/v1/completions");
  const Endpoint closed = parse_endpoint("https://llm.example/v1/completions");
  Plan plan = with_key();
  CHECK(needs_loopback(plan, open));
  CHECK_FALSE(needs_loopback(plan, closed));
  plan.allow_plaintext_key = true;
  CHECK_FALSE(needs_loopback(plan, open));
}

TEST_CASE("a key is the plan's, its credentials' or a header that is named like one") {
  const Endpoint open = parse_endpoint("http://llm.example/v1/completions");
  CHECK_FALSE(needs_loopback(Plan{}, open));
  Plan plan = with_key();
  plan.auth = Auth::none;
  CHECK_FALSE(needs_loopback(plan, open));
  plan.extra_headers = {{"X-Trace", "on"}};
  CHECK_FALSE(needs_loopback(plan, open));
  plan.extra_headers.emplace_back("X-Api-KEY", "k");
  CHECK(needs_loopback(plan, open));
  Plan commanded;
  commanded.credentials = std::make_shared<KeyCommand>(std::vector<std::string>{"true"});
  CHECK(needs_loopback(commanded, open));
}

}  // namespace plaintext_key_test
