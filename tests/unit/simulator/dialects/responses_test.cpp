#include "simulator/dialects/responses.hpp"

#include <boost/json.hpp>
#include <string>

#include "llmload/dialect.hpp"
#include "support/catch.hpp"
#include "unit/simulator/dialects/typed_events.hpp"
#include "unit/text/checks.hpp"

namespace simulated_responses_test {

using namespace llmload;
using namespace llmload::simulator;
namespace json = boost::json;
using test::data_of;
using test::two_words;

SimulatedQuestion ask(const std::string& body) { return make_simulated_responses()->read(body); }

TEST_CASE("a question is read with its instructions, in both forms of its input") {
  const auto list =
      ask(R"({"instructions":"Be.","input":[{"role":"user","content":[{"type":"input_text","text":"Hi"}]},)"
          R"({"type":"function_call_output","output":"x"},{"role":"user","content":"you"}],)"
          R"("max_output_tokens":7,"stream":true})");
  CHECK(list.refusal.empty());
  CHECK(list.prompt == "Be. Hi you");
  CHECK(list.max_tokens == 7);
  CHECK(list.stream);
  const auto text = ask(R"({"instructions":null,"input":"Hi","max_output_tokens":null})");
  CHECK(text.prompt == "Hi");
  CHECK(text.max_tokens == 256);
  CHECK_FALSE(text.stream);
}

TEST_CASE("a body that is no question is refused") {
  for (const char* body : {"", "[]", "{}", R"({"input":7})", R"({"input":[]})", R"({"input":[{}]})",
                           R"({"messages":[{"role":"user","content":"Hi"}]})"}) {
    INFO(body);
    CHECK_FALSE(ask(body).refusal.empty());
  }
  CHECK(ask(R"({"input":"Hi","max_output_tokens":"7"})").max_tokens == 0);
}

TEST_CASE("what the prefix cache had is part of the input") {
  SimulatedAnswer answer = two_words("length");
  answer.cached_tokens = 9;
  AnswerFacts facts;
  REQUIRE(responses_dialect()->read(make_simulated_responses()->whole_answer(answer), "", facts));
  CHECK(facts.prompt_tokens == 14U);
  CHECK(facts.cached_tokens == 9U);
}

TEST_CASE("a whole response says what our own dialect reads, and ends as its finish reason says") {
  struct Case {
    const char *finish_reason, *status, *read_as;
  };
  for (const Case& c :
       {Case{"length", "incomplete", "max_output_tokens"}, Case{"stop", "completed", "completed"},
        Case{"content_filter", "incomplete", "content_filter"}}) {
    INFO(c.finish_reason);
    const std::string answer = make_simulated_responses()->whole_answer(two_words(c.finish_reason));
    CHECK(json::parse(answer).at("status") == c.status);
    AnswerFacts facts;
    REQUIRE(responses_dialect()->read(answer, "", facts));
    CHECK(facts.malformed.empty());
    CHECK(facts.choices.at(0).content == "some text");
    CHECK(facts.choices.at(0).finish_reason == c.read_as);
    CHECK(facts.prompt_tokens == 14U);
    CHECK(facts.completion_tokens == 2U);
  }
}

TEST_CASE("a stream's events have their types for names, and their text once in deltas") {
  const auto dialect = make_simulated_responses();
  const SimulatedStream stream = dialect->stream(two_words("length"));
  REQUIRE(stream.opening.size() == 4);
  CHECK(data_of(stream.opening[0]).at("response").at("status") == "in_progress");
  CHECK(data_of(stream.opening[2]).at("item").at("role") == "assistant");
  CHECK(data_of(stream.token_begin + "some" + stream.token_end).at("delta") == "some");
  const auto closing = dialect->closing(two_words("length"));
  REQUIRE(closing.size() == 4);
  CHECK(data_of(closing[0]).at("text") == "some text");
  CHECK(data_of(closing[2]).at("item").at("status") == "incomplete");
  CHECK(data_of(closing[3]).at("type") == "response.incomplete");
  CHECK(data_of(closing[3]).at("response") == json::parse(dialect->whole_answer(two_words("length"))));
  CHECK(data_of(dialect->closing(two_words("stop"))[3]).at("type") == "response.completed");
  CHECK(dialect->done().empty());
}

TEST_CASE("errors are OpenAI's, and in a stream an event that our own dialect reads") {
  CHECK(make_simulated_responses()->error_body(400, "no").empty());
  const json::object data = data_of(make_simulated_responses()->error_event("got \"k\"\n"));
  const auto error = responses_dialect()->read_error(json::serialize(data));
  REQUIRE(error);
  CHECK(error->message == "got \"k\"\n");
  CHECK(error->status == 500);
}

}  // namespace simulated_responses_test
