#include "engine/prepare/request_maker.hpp"

#include <stdexcept>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"
#include "unit/text/checks.hpp"

namespace request_maker_test {

using namespace llmload;
using engine::RequestMaker;
using protocol::RequestWriter;

Plan plan_of(std::vector<std::string> prompts) {
  Plan plan = test::plan_for("http://127.0.0.1/v1/chat/completions", {{}});
  plan.source = std::make_shared<PromptList>(std::move(prompts));
  return plan;
}

/// A token is a letter.
struct Letters : Tokenizer {
  std::size_t count(std::string_view text) const override {
    ++calls;
    if (text == "broken") throw std::runtime_error("can't count");
    return text.size();
  }
  mutable int calls = 0;
};

TEST_CASE("a request is made with its body and its counts") {
  Plan plan = plan_of({"abc"});
  plan.tokenizer = std::make_shared<Letters>();
  plan.system_prompt = "Be brief.";
  plan.max_tokens = 7;
  const RequestWriter writer(plan);
  const auto [request, is_new] = RequestMaker(plan, writer).make({}, 0, 0);
  CHECK(is_new);
  CHECK(request->body == writer.body(ask("abc"), {7}));
  CHECK(request->max_tokens == 7);
  CHECK(request->tokens.prompt == 3U);
  CHECK(request->tokens.system == 9U);
  CHECK(request->charged_tokens == 0);
  plan.quota = Quota{1'000, {}};
  CHECK(RequestMaker(plan, writer).make({}, 0, 0).first->charged_tokens == 12);
}

TEST_CASE("what a source gives again is made and counted once, and takes memory once") {
  Plan plan = plan_of({"abc", "defgh"});
  const auto letters = std::make_shared<Letters>();
  plan.tokenizer = letters;
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const auto first = maker.make({}, 0, 0).first, second = maker.make({}, 0, 1).first;
  CHECK(first != second);
  for (std::uint64_t i = 2; i < 10; ++i) {
    const auto [request, is_new] = maker.make({}, i % 3, i);
    CHECK(request == (i % 2 == 0 ? first : second));
    CHECK_FALSE(is_new);
  }
  CHECK(letters->calls == 2);
}

TEST_CASE("what is given again for another model has a body of its own, made once for each") {
  Plan plan = plan_of({"abc"});
  plan.models = {{"a"}, {"b"}};
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  std::vector<engine::PreparedPtr> of_model(2);
  for (std::uint64_t i = 0; i < 20; ++i) {
    const auto [request, is_new] = maker.make({}, 0, i);
    REQUIRE(request->model < 2);
    CHECK(is_new == (of_model[request->model] == nullptr));
    if (is_new) of_model[request->model] = request;
    CHECK(request == of_model[request->model]);
    CHECK(request->body == writer.body(ask("abc"), {plan.max_tokens(i), 0, request->model}));
    CHECK(has(request->body, request->model == 0 ? R"("model":"a")" : R"("model":"b")"));
  }
  CHECK((of_model[0] && of_model[1]));
}

TEST_CASE("equal specs in a row share one request, though each is made anew") {
  Plan plan = plan_of({"x"});
  plan.source = std::make_shared<test::PromptsBy>(
      [](std::uint64_t i) { return std::string(i < 3 ? "same" : "other"); });
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const auto first = maker.make({}, 0, 0).first;
  CHECK(maker.make({}, 0, 1).first == first);
  CHECK(maker.make({}, 0, 2).first == first);
  CHECK(maker.make({}, 0, 3).first != first);
}

TEST_CASE(
    "requests of other lengths, and to an endpoint that is not asked for usage, have bodies of their own") {
  Plan plan = plan_of({"abc"});
  plan.endpoints.push_back(plan.endpoints.front());
  plan.stream = true;
  RequestWriter writer(plan);
  writer.leave_usage_out(1);
  RequestMaker maker(plan, writer);
  CHECK(llmload::has(maker.make({}, 0, 0).first->body, "include_usage"));
  CHECK_FALSE(llmload::has(maker.make({}, 0, 1).first->body, "include_usage"));
  CHECK(maker.make({}, 0, 2).first == maker.make({}, 0, 4).first);
  plan.max_tokens = TokenLengths::normal({50, 20, 1, 99});
  for (std::uint64_t i = 0; i < 20; ++i) CHECK(maker.make({}, 0, i).first->max_tokens == plan.max_tokens(i));
}

TEST_CASE("a spec's own limit and count stand before the plan's") {
  struct Own : RequestSource {
    std::shared_ptr<const RequestSpec> next(const Conversation&) const override {
      RequestSpec spec = ask("abc");
      spec.max_tokens = 5;
      spec.prompt_tokens = 1'000;
      return std::make_shared<const RequestSpec>(std::move(spec));
    }
  };
  Plan plan = plan_of({"x"});
  plan.source = std::make_shared<Own>();
  plan.tokenizer = std::make_shared<Letters>();
  const RequestWriter writer(plan);
  const auto request = RequestMaker(plan, writer).make({}, 0, 0).first;
  CHECK(request->max_tokens == 5);
  CHECK(request->tokens.prompt == 1'000U);
}

TEST_CASE("what a source gives and can't be sent is refused, by the request's index") {
  struct Given : RequestSource {
    std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
      RequestSpec spec = ask(of.index == 3 ? "\xff" : "x");
      if (of.index == 4) spec.max_tokens = 0;
      return of.index == 5 ? nullptr : std::make_shared<const RequestSpec>(spec);
    }
  };
  Plan plan = plan_of({"x"});
  plan.source = std::make_shared<Given>();
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  CHECK(maker.make({}, 0, 2).first);
  CHECK_THROWS_WITH(maker.make({}, 0, 3), "the plan's source gives request 3 a text that is not UTF-8");
  CHECK_THROWS_WITH(maker.make({}, 0, 4), "the plan's source gives request 4 a max_tokens of 0");
  CHECK_THROWS_WITH(maker.make({}, 0, 5), "the plan's source gives nothing for request 5");
}

TEST_CASE("what the dialect can't say of a request is not sent without it") {
  struct Given : RequestSource {
    std::shared_ptr<const RequestSpec> next(const Conversation& /*of*/) const override {
      return std::make_shared<const RequestSpec>(RequestSpec{{{"system", "s"}, {"user", "u"}}, {}, {}});
    }
  };
  Plan plan = plan_of({"x"});
  plan.source = std::make_shared<Given>();
  plan.endpoints = {parse_endpoint("http://h/v1/completions")};
  const RequestWriter writer(plan);
  CHECK_THROWS_WITH(
      RequestMaker(plan, writer).make({}, 0, 7),
      "the plan's source gives request 7 several messages with roles, which a completion can't say");
}

TEST_CASE("a tokenizer that throws leaves counts empty, unless a quota needs them") {
  Plan plan = plan_of({"broken", "fine"});
  plan.tokenizer = std::make_shared<Letters>();
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  CHECK_FALSE(maker.make({}, 0, 0).first->tokens.prompt);
  CHECK(maker.make({}, 0, 1).first->tokens.prompt == 4U);
  CHECK(maker.take_uncounted() != nullptr);
  CHECK(maker.take_uncounted() == nullptr);
  plan.quota = Quota{1'000, {}};
  CHECK_THROWS_WITH(RequestMaker(plan, writer).make({}, 0, 0), "can't count");
}

TEST_CASE("without a tokenizer a quota is charged a quarter of the bytes") {
  Plan plan = plan_of({std::string(100, 'x')});
  plan.quota = Quota{1'000, {}};
  const RequestWriter writer(plan);
  const auto request = RequestMaker(plan, writer).make({}, 0, 0).first;
  CHECK_FALSE(request->tokens.prompt);
  CHECK(request->charged_tokens == 26);
}

}  // namespace request_maker_test
