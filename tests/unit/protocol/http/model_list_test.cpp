#include "protocol/http/model_list.hpp"

#include <string>

#include "support/catch.hpp"

namespace model_list_test {

using namespace llmload;
using protocol::models_target;

AnswerFacts read(std::string_view text) {
  AnswerFacts facts;
  REQUIRE(protocol::model_list().read(text, "", facts));
  return facts;
}

std::string names_in(std::string_view text) { return read(text).choices.at(0).content; }

TEST_CASE("the list is beside the API, below the same version, with the same query") {
  CHECK(models_target("/v1/chat/completions", "chat/completions") == "/v1/models");
  CHECK(models_target("/v1/messages", "/messages") == "/v1/models");
  CHECK(models_target("/openai/v1/responses?api-version=preview", "/responses") ==
        "/openai/v1/models?api-version=preview");
  CHECK(models_target("/v1/a/v1/completions", "completions") == "/v1/a/v1/models");
}

TEST_CASE("a path that is not right below a version has none that is known") {
  for (const char* target :
       {"/chat/completions", "/openai/deployments/v1x/chat/completions?api-version=2024-06-01",
        "/models/chat/completions?a=/v1/chat/completions", "/v1/account/gateway/openai/chat/completions",
        "/v1/projects/p/chat/completions", "/api/v10/chat/completions", "/xv1/chat/completions"})
    CHECK_FALSE(models_target(target, "chat/completions"));
}

TEST_CASE("the names are read, whatever else a model has") {
  CHECK(names_in(R"({"object":"list","data":[{"id":"a","object":"model","owned_by":"me"},{"id":"b"}]})") ==
        "a\nb");
  CHECK(names_in(R"({"data":[{"type":"model","id":"c"}],"has_more":false})") == "c");
  CHECK(names_in(R"({"data":[]})").empty());
}

TEST_CASE("a name is there once, however often it is given") {
  CHECK(names_in(R"({"data":[{"id":"x"},{"id":"x"},{"id":"y"},{"id":"x"}]})") == "x\ny");
}

TEST_CASE("what is no name that can be shown and sent is an empty line behind those that are") {
  const std::string longest(256, 'm');
  CHECK(names_in(R"({"data":[{"id":")" + longest + R"("}]})") == longest);
  for (const std::string& other :
       {std::string("7"), std::string("null"), std::string(R"("")"), std::string(R"("a\nb")"),
        std::string("\"\u009b31m\""), std::string("\"a\u202eb\""), '"' + longest + "m\""}) {
    INFO(other);
    CHECK(names_in(R"({"data":[{"id":)" + other + R"(},{"id":"good"}]})") == "good\n");
    CHECK(names_in(R"({"data":[{"id":)" + other + "}]}").empty());
  }
  CHECK(names_in(R"({"data":["x",null,{"name":"n"},{"id":"good"}]})") == "good\n");
}

TEST_CASE("what is no list is malformed") {
  for (const char* text : {"", "{}", "[]", "<html>", R"({"data":{"id":"a"}})", R"({"data":[)"})
    CHECK(read(text).malformed == "has no list of models");
}

}  // namespace model_list_test
