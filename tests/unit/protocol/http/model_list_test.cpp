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
  CHECK(models_target("/v1/chat/completions") == "/v1/models");
  CHECK(models_target("/v1/messages") == "/v1/models");
  CHECK(models_target("/openai/v1/responses?api-version=preview") == "/openai/v1/models?api-version=preview");
  CHECK(models_target("/v1/a/v1/completions") == "/v1/a/v1/models");
}

TEST_CASE("a path without a version has none that is known") {
  CHECK_FALSE(models_target("/chat/completions"));
  CHECK_FALSE(models_target("/openai/deployments/v1x/chat/completions?api-version=2024-06-01"));
  CHECK_FALSE(models_target("/models/chat/completions?a=/v1/b"));
}

TEST_CASE("the names are read, whatever else a model has") {
  CHECK(names_in(R"({"object":"list","data":[{"id":"a","object":"model","owned_by":"me"},{"id":"b"}]})") ==
        "a\nb");
  CHECK(names_in(R"({"data":[{"type":"model","id":"c"}],"has_more":false})") == "c");
  CHECK(names_in(R"({"data":[]})").empty());
}

TEST_CASE("what is no name is passed over") {
  CHECK(names_in(R"({"data":[{"id":7},"x",null,{"id":""},{"id":"a\nb"},{"name":"n"},{"id":"good"}]})") ==
        "good");
}

TEST_CASE("what is no list is malformed") {
  for (const char* text : {"", "{}", "[]", "<html>", R"({"data":{"id":"a"}})", R"({"data":[)"})
    CHECK(read(text).malformed == "has no list of models");
}

}  // namespace model_list_test
