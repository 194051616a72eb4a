#include "llmload/dialect.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace completions_test {

using namespace llmload;

TEST_CASE("a completion's body has the texts of its messages in a row, and says nothing of a stream") {
  const RequestSpec spec{{{"", "Once upon"}, {"", " a time"}}, {}, {}};
  CHECK(completions_dialect()->body(spec, {.model = "m", .max_tokens = 7}) ==
        R"({"model":"m","prompt":"Once upon a time","max_tokens":7,"temperature":6E-1,"top_p":9E-1})");
}

TEST_CASE("a completion's body says that a stream is wanted, and asks it for its usage") {
  CHECK(completions_dialect()->body(ask("hi"), {.stream = true, .asks_for_usage = true}) ==
        R"({"prompt":"hi","max_tokens":256,"temperature":6E-1,"top_p":9E-1,)"
        R"("stream":true,"stream_options":{"include_usage":true}})");
}

TEST_CASE("a completion has no roles, and so no system prompt") {
  CHECK_FALSE(completions_dialect()->has_roles());
  CHECK(chat_dialect()->has_roles());
}

TEST_CASE("what a completion would lose of its messages is a problem, and a text alone is none") {
  const auto problem = [](std::vector<Message> messages) {
    return completions_dialect()->problem_of({std::move(messages), {}, {}});
  };
  CHECK(problem({{"user", "hi"}}).empty());
  CHECK(problem({{"", "Once upon"}, {"", " a time"}}).empty());
  CHECK(has(problem({{"user", "hi", R"({"role":"user","content":[]})"}}), "parts, tools or the like"));
  CHECK(has(problem({{"system", "be brief"}, {"user", "hi"}}), "several messages with roles"));
  CHECK(has(problem({{"assistant", "hi"}}), "not the user's"));
}

}  // namespace completions_test
