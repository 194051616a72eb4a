#include "simulator/dialects/anthropic.hpp"

#include <boost/json.hpp>
#include <string>

#include "llmload/dialect.hpp"
#include "support/catch.hpp"
#include "unit/simulator/dialects/typed_events.hpp"
#include "unit/text/checks.hpp"

namespace simulated_anthropic_test {

using namespace llmload;
using namespace llmload::simulator;
namespace json = boost::json;
using test::data_of;
using test::two_words;

SimulatedQuestion ask(const std::string& body) { return make_simulated_anthropic()->read(body); }

TEST_CASE("a question is read with its system prompt, a text or a list") {
  for (const char* system : {R"("Be.")", R"([{"type":"text","text":"Be."}])"}) {
    INFO(system);
    const auto q = ask(R"({"system":)" + std::string(system) +
                       R"(,"messages":[{"role":"user","content":"Hi"}],"max_tokens":7,"stream":true})");
    CHECK(q.refusal.empty());
    CHECK(q.prompt == "Be. Hi");
    CHECK(q.max_tokens == 7);
    CHECK(q.stream);
  }
}

TEST_CASE("max_tokens is required, and a body that is no question is refused") {
  CHECK(has(ask(R"({"messages":[{"role":"user","content":"Hi"}]})").refusal, "max_tokens"));
  for (const char* body :
       {"", "[]", "{}", R"({"messages":[],"max_tokens":7})",
        R"({"messages":[{"role":"user"}],"max_tokens":7})", R"({"messages":"Hi","max_tokens":7})"}) {
    INFO(body);
    CHECK_FALSE(ask(body).refusal.empty());
  }
}

TEST_CASE("a whole message says what our own dialect reads, and ends as its finish reason says") {
  struct Case {
    const char *finish_reason, *read_as;
  };
  for (const Case& c : {Case{"length", "max_tokens"}, Case{"stop", "end_turn"},
                        Case{"content_filter", "refusal"}, Case{"pause_turn", "pause_turn"}}) {
    INFO(c.finish_reason);
    AnswerFacts facts;
    REQUIRE(anthropic_dialect()->read(make_simulated_anthropic()->whole_answer(two_words(c.finish_reason)),
                                      "", facts));
    CHECK(facts.malformed.empty());
    CHECK(facts.choices.at(0).content == "some text");
    CHECK(facts.choices.at(0).finish_reason == c.read_as);
    CHECK(facts.prompt_tokens == 14U);
    CHECK(facts.completion_tokens == 2U);
  }
}

TEST_CASE("what the prefix cache had of the prompt is read from the cache, and is no input") {
  SimulatedAnswer answer = two_words("length");
  answer.cached_tokens = 9;
  AnswerFacts facts;
  REQUIRE(anthropic_dialect()->read(make_simulated_anthropic()->whole_answer(answer), "", facts));
  CHECK(facts.prompt_tokens == 14U);
  CHECK(facts.cached_tokens == 9U);
  const json::object delta = data_of(make_simulated_anthropic()->closing(answer).at(1));
  CHECK(delta.at("usage").at("input_tokens") == 5);
  CHECK(delta.at("usage").at("cache_read_input_tokens") == 9);
}

TEST_CASE("a stream's events have their types for names, and end with the usage and message_stop") {
  const auto dialect = make_simulated_anthropic();
  const SimulatedStream stream = dialect->stream(two_words("length"));
  REQUIRE(stream.opening.size() == 3);
  CHECK(data_of(stream.opening[0]).at("message").at("stop_reason").is_null());
  CHECK(data_of(stream.opening[1]).at("content_block").at("type") == "text");
  CHECK(data_of(stream.opening[2]).at("type") == "ping");
  CHECK(data_of(stream.token_begin + "some" + stream.token_end).at("delta").at("text") == "some");
  const auto closing = dialect->closing(two_words("length"));
  REQUIRE(closing.size() == 3);
  CHECK(data_of(closing[0]).at("type") == "content_block_stop");
  CHECK(data_of(closing[1]).at("delta").at("stop_reason") == "max_tokens");
  CHECK(data_of(closing[1]).at("usage").at("input_tokens") == 14);
  CHECK(data_of(closing[1]).at("usage").at("output_tokens") == 2);
  CHECK(data_of(closing[2]).at("type") == "message_stop");
}

TEST_CASE("an error's body and event have the type of its status, which our own dialect reads") {
  const auto dialect = make_simulated_anthropic();
  for (const int status : {400, 401, 403, 404, 413, 429, 500, 504, 529}) {
    INFO(status);
    const auto error = anthropic_dialect()->read_error(dialect->error_body(status, "got \"k\"\n"));
    REQUIRE(error);
    CHECK(error->message == "got \"k\"\n");
    CHECK(error->status == status);
  }
  const json::object event = data_of(dialect->error_event("oh"));
  CHECK(anthropic_dialect()->read_error(json::serialize(event)).value().status == 500);
}

}  // namespace simulated_anthropic_test
