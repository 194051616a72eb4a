#include "protocol/answer/answer_names.hpp"

#include "support/catch.hpp"

namespace answer_names_test {

using llmload::protocol::Name;
using llmload::protocol::name_of;

TEST_CASE("several names of a member mean the same") {
  CHECK(name_of("prompt_tokens") == Name::prompt_tokens);
  CHECK(name_of("input_tokens") == Name::prompt_tokens);
  CHECK(name_of("inputTokenCount") == Name::prompt_tokens);
  CHECK(name_of("error_type") == Name::code);
  CHECK(name_of("error_code") == Name::code);
  CHECK(name_of("amazon-bedrock-invocationMetrics") == Name::vendor_usage);
}

TEST_CASE("a name that is nearly one that means something means nothing") {
  CHECK(name_of("") == Name::other);
  CHECK(name_of("e") == Name::other);
  CHECK(name_of("Content") == Name::other);
  CHECK(name_of("content ") == Name::other);
  CHECK(name_of("cortent") == Name::other);
  CHECK(name_of("error_cote") == Name::other);
  CHECK(name_of("error_tyde") == Name::other);
  CHECK(name_of(std::string_view("text\0", 5)) == Name::other);
}

}  // namespace answer_names_test
