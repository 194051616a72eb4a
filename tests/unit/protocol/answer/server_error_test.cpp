#include "protocol/answer/server_error.hpp"

#include <string>

#include "protocol/answer/answer_reader.hpp"
#include "support/catch.hpp"

namespace server_error_test {

using namespace llmload;
using namespace llmload::protocol;

/// What the reader makes of an answer; empty where it finds no error.
std::optional<ServerError> error_of(const std::string& body) {
  RequestRecord record;
  Answer answer;
  answer.start(record);
  AnswerReader reader(*chat_dialect());
  return reader.read(body, answer).error;
}

TEST_CASE("an error holds something: a message, a type, or a code that is no success") {
  const std::string choices = R"("choices":[{"delta":{"content":"a"}}])";
  for (const char* nothing :
       {R"("error":{})", R"("error":{"message":null,"code":null})", R"("error":{"code":0,"message":""})",
        R"("error":{"message":"","type":"","param":"","code":""})", R"("error":{"code":200,"message":"OK"})",
        R"("error":{"code":0,"message":"success"})", R"("errors":{})", R"("errors":[])", R"("errors":[{}])",
        R"("error":false)", R"("error":0)", R"("error":"")", R"("error":{"code":"ok"})",
        R"("error":{"message":"","trace_id":"7"})"}) {
    INFO(nothing);
    CHECK_FALSE(error_of("{" + choices + "," + nothing + "}"));
    CHECK_FALSE(error_of("{" + std::string(nothing) + "," + choices + "}"));
    CHECK_FALSE(error_of(R"({"choices":[{"delta":{"content":"a"},)" + std::string(nothing) + "}]}"));
  }
  for (const char* something :
       {R"("error":{"message":"m"})", R"("error":{"code":0,"message":"m"})", R"("error":{"type":"t"})",
        R"("error":{"code":500})", R"("error":{"detail":"d"})", R"("errors":[{},{"message":"m"}])",
        R"("error":true)", R"("error":7)", R"("error":{"reason":"r"})"}) {
    INFO(something);
    CHECK(error_of("{" + choices + "," + something + "}"));
  }
}

TEST_CASE("an error is found in a delta, in a message and in a part of the content") {
  const std::string error = R"({"error":{"message":"deep","code":500}})";
  for (const std::string& body :
       {R"({"choices":[{"delta":)" + error + "}]}", R"({"choices":[{"message":)" + error + "}]}",
        R"({"choices":[{},{"delta":{"content":[{"type":"text"},)" + error + "]}}]}",
        R"({"choices":[{"message":{"content":)" + error + "}}]}"}) {
    INFO(body);
    const auto found = error_of(body);
    REQUIRE(found);
    CHECK(found->message == "deep");
    CHECK(found->code == "500");
    CHECK(found->status == 500);
  }
  CHECK(error_of(R"({"choices":[{"delta":{"error":"deep"}}]})")->message == "deep");
  CHECK_FALSE(error_of(R"({"choices":[{"delta":{"content":"a","error":null}}]})"));
  CHECK_FALSE(error_of(R"({"choices":[{"delta":{"content":"a","error":{}}}]})"));
}

TEST_CASE("a code or a status beside an error is its own where it has none") {
  const auto status = [](const std::string& beside) {
    const auto error = error_of(R"({"error":{"message":"slow down"},)" + beside + "}");
    CHECK(error->message == "slow down");
    return error->status;
  };
  CHECK(status(R"("code":429)") == 429);
  CHECK(status(R"("status":429)") == 429);
  CHECK(status(R"("status_code":"503")") == 503);
  CHECK(status(R"("code":"rate_limit_exceeded")") == 429);
  CHECK(status(R"("code":0)") == 0);
  CHECK(error_of(R"({"error":{"message":"m"},"code":429})")->code == "429");
  CHECK(error_of(R"({"error":"m","code":429})")->status == 429);
  CHECK(error_of(R"({"error":{"message":"m","code":"own"},"code":"other"})")->code == "own");
}

TEST_CASE("an error in an answer's place is told without a name of its own") {
  for (const char* body :
       {R"({"error_code":502,"error_msg":"upstream"})", R"({"type":"error","message":"m"})",
        R"({"type":"overloaded_error","message":"m"})", R"({"status":"error","message":"m"})",
        R"({"status":"UNAVAILABLE","message":"m"})", R"({"error_message":"m","error_code":"e"})"}) {
    INFO(body);
    const auto error = error_of(body);
    REQUIRE(error);
    CHECK_FALSE(error->is_bare);
  }
  CHECK(error_of(R"({"error_code":502,"error_msg":"upstream"})")->message == "upstream");
  CHECK(error_of(R"({"error_code":502,"error_msg":"upstream"})")->status == 502);
  for (const char* body :
       {R"({"message":"upstream died"})", R"({"detail":"upstream died"})", R"({"error_msg":"upstream died"})",
        R"({"message":"upstream died","code":null})"}) {
    INFO(body);
    const auto error = error_of(body);
    REQUIRE(error);
    CHECK(error->is_bare);
    CHECK(error->message == "upstream died");
  }
  for (const char* body :
       {R"({"message":"m","status":"queued"})", R"({"message":"m","object":"chat.completion.chunk"})",
        R"({"message":"m","usage":{"prompt_tokens":1}})", R"({"message":"success","code":0})",
        R"({"message":"ok"})", R"({"message":{"role":"assistant"}})", R"({"message":"m","choices":[]})"}) {
    INFO(body);
    CHECK_FALSE(error_of(body));
  }
}

}  // namespace server_error_test
