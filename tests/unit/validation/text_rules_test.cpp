#include <memory>
#include <string>
#include <vector>

#include "unit/validation/refusal.hpp"

namespace text_rules_test {

using namespace llmload;
using namespace llmload::validation_test;

const std::string latin = "caf\xe9";  // no UTF-8

Change prompts(std::vector<std::string> list) {
  return [list = std::move(list)](Plan& p) { p.source = std::make_shared<PromptList>(list); };
}

TEST_CASE("what is sent and what is shown is UTF-8") {
  check_refused({
      {"system_prompt is not UTF-8", [](Plan& p) { p.system_prompt = latin; }},
      {"model is not UTF-8", [](Plan& p) { p.model = latin; }},
      {"salt is not UTF-8", [](Plan& p) { p.salt = latin; }},
      {"run_id is not UTF-8", [](Plan& p) { p.run_id = latin; }},
      {"host is not UTF-8", [](Plan& p) { p.host = latin; }},
      {"prompts_description is not UTF-8", [](Plan& p) { p.prompts_description = latin; }},
      {"tokenizer_description is not UTF-8", [](Plan& p) { p.tokenizer_description = latin; }},
      {"tokenizer_sha256 is not UTF-8", [](Plan& p) { p.tokenizer_sha256 = latin; }},
      {"warnings[1] is not UTF-8",
       [](Plan& p) {
         p.warnings = {"good", latin};
       }},
      {"price.currency is not UTF-8",
       [](Plan& p) {
         p.price = Price{1, 1, latin};
       }},
      {"source gives request 1 a text that is not UTF-8", prompts({"good", latin})},
  });
  check_taken(
      {[](Plan& p) { p.system_prompt = p.model = p.salt = "caf\u00e9"; }, prompts({"caf\u00e9", ""})});
}

struct NamesAModel : RequestSource {
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& /*of*/) const override {
    RequestSpec spec = ask("x");
    spec.body = R"({"model":null})";
    return std::make_shared<const RequestSpec>(std::move(spec));
  }
  [[nodiscard]] std::optional<std::uint64_t> repeats_after() const noexcept override { return 1; }
};

Change models(std::vector<ModelShare> list) {
  return [list = std::move(list)](Plan& p) { p.models = list; };
}

TEST_CASE("models have names and shares of their own, and nothing else names one") {
  check_refused({
      {"models are given, and model names another one",
       [](Plan& p) {
         p.models = {{"a"}};
         p.model = "b";
       }},
      {"models are given, and extra_body has a \"model\", too",
       [](Plan& p) {
         p.models = {{"a"}};
         p.extra_body = R"({"model":"b"})";
       }},
      {"source gives request 0 a body with a \"model\", and the plan's models say which it is",
       [](Plan& p) {
         p.models = {{"a"}};
         p.source = std::make_shared<NamesAModel>();
       }},
      {"models[1] has no name", models({{"a"}, {""}})},
      {"models[1] is there twice", models({{"a"}, {"a", 2}})},
      {"models[0] is not UTF-8", models({{latin}})},
      {"models[0] holds a line break or another control character", models({{"a\n"}})},
      {"models[1].share is 0", models({{"a"}, {"b", 0}})},
      {"models[0].share is -1", models({{"a", -1}})},
  });
  check_taken({models({{"a"}}), models({{"caf\u00e9", 1e-6}, {"b", 1e6}})});
}

TEST_CASE("what names a run is a line") {
  const std::string line = " holds a line break or another control character";
  check_refused({{"salt" + line, [](Plan& p) { p.salt = "a\nb"; }},
                 {"run_id" + line, [](Plan& p) { p.run_id = "a\x1b[2J"; }},
                 {"host" + line, [](Plan& p) { p.host = std::string("a\0b", 3); }}});
}

TEST_CASE("a plan has something to send, and prompts that repeat are not called unique") {
  check_refused({{"source is null", [](Plan& p) { p.source = nullptr; }},
                 {"cache is unique, and the source is a list of prompts",
                  [](Plan& p) { p.cache = CachePolicy::unique; }}});
  check_taken({[](Plan& p) {
    p.cache = CachePolicy::unique;
    p.source = std::make_shared<test::PromptsBy>([](std::uint64_t i) { return std::to_string(i); });
  }});
}

class TwoInTurn : public RequestSource {
 public:
  explicit TwoInTurn(std::string second) : second_(std::move(second)) {}
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& conversation) const override {
    return std::make_shared<const RequestSpec>(ask(conversation.index % 2 == 0 ? "first" : second_));
  }
  [[nodiscard]] std::optional<std::uint64_t> repeats_after() const noexcept override { return 2; }

 private:
  std::string second_;
};

TEST_CASE("a source of a user's that says when it repeats is looked at like a list") {
  check_refused({{"source gives request 1 a text that is not UTF-8",
                  [](Plan& p) { p.source = std::make_shared<TwoInTurn>("caf\xe9"); }},
                 {"cache is unique", [](Plan& p) {
                    p.source = std::make_shared<TwoInTurn>("second");
                    p.cache = CachePolicy::unique;
                  }}});
  check_taken({[](Plan& p) { p.source = std::make_shared<TwoInTurn>("second"); }});
}

TEST_CASE("what a source that repeats gives is held to the dialect and to what can be sent") {
  struct Conversations : RequestSource {
    [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& /*of*/) const override {
      return std::make_shared<const RequestSpec>(RequestSpec{{{"system", "s"}, {"user", "u"}}, {}, {}});
    }
    [[nodiscard]] std::optional<std::uint64_t> repeats_after() const noexcept override { return 1; }
  };
  const auto conversations = [](Plan& p) { p.source = std::make_shared<Conversations>(); };
  check_taken({conversations});
  check_refused({{"source gives request 0 several messages with roles", [&](Plan& p) {
                    conversations(p);
                    p.endpoints = {parse_endpoint("https://h/v1/completions")};
                  }}});
}

TEST_CASE("what must be JSON is an object with numbers that a text can say") {
  for (const char* text : {"{", "[]", "7", "{\"a\": caf\xe9}", "{\"a\":\"\xff\"}"}) {
    check_refused({{"extra_body is not a JSON object", [text](Plan& p) { p.extra_body = text; }},
                   {"parameters_json is not a JSON object", [text](Plan& p) { p.parameters_json = text; }}});
  }
  check_refused({
      {"extra_body has a number beyond 1.8e308", [](Plan& p) { p.extra_body = R"({"a":[1e999]})"; }},
      {"parameters_json is not a JSON object", [](Plan& p) { p.parameters_json = ""; }},
  });
  check_taken({[](Plan& p) { p.extra_body = R"({"top_p":null})"; }});
}

}  // namespace text_rules_test
