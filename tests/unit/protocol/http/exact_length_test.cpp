#include "protocol/http/exact_length.hpp"

#include <boost/json.hpp>

#include "protocol/http/request_writer.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace exact_length_test {

using namespace llmload;
using protocol::ExactLength;
namespace json = boost::json;

TEST_CASE("each way is weaker than the one before it, and the last one asks for nothing") {
  CHECK(weaker(ExactLength::both) == ExactLength::ignore_eos);
  CHECK(weaker(ExactLength::ignore_eos) == ExactLength::min_tokens);
  CHECK(weaker(ExactLength::min_tokens) == ExactLength::unasked);
  CHECK(weaker(ExactLength::unasked) == ExactLength::unasked);
}

TEST_CASE("a body asks for its own length in the endpoint's way") {
  Plan plan = test::plan_for("http://127.0.0.1/v1/chat/completions", {{}});
  plan.endpoints.push_back(plan.endpoints.front());
  plan.exact_output = true;
  protocol::RequestWriter writer(plan);
  const auto body = [&](std::size_t endpoint) {
    return json::parse(writer.body(ask("a"), {.max_tokens = 7, .endpoint = endpoint})).get_object();
  };
  CHECK(body(0).at("ignore_eos") == true);
  CHECK(body(0).at("min_tokens") == 7);
  writer.weaken_exact_length(0);
  CHECK(body(0).at("ignore_eos") == true);
  CHECK_FALSE(body(0).contains("min_tokens"));
  writer.weaken_exact_length(0);
  CHECK_FALSE(body(0).contains("ignore_eos"));
  CHECK(body(0).at("min_tokens") == 7);
  writer.weaken_exact_length(0);
  CHECK_FALSE(body(0).contains("min_tokens"));
  CHECK(body(1).at("ignore_eos") == true);
  CHECK(writer.questions(0) != writer.questions(1));
}

TEST_CASE("what the user says of the members holds") {
  Plan plan = test::plan_for("http://127.0.0.1/v1/chat/completions", {{}});
  plan.exact_output = true;
  plan.extra_body = R"({"ignore_eos":false,"min_tokens":null})";
  const json::value body = json::parse(protocol::RequestWriter(plan).body(ask("a"), {7}));
  CHECK(body.at("ignore_eos") == false);
  CHECK_FALSE(body.as_object().contains("min_tokens"));
}

}  // namespace exact_length_test
