#include "text/lower.hpp"

#include "support/catch.hpp"

namespace lower_test {

using namespace llmload;

TEST_CASE("capital letters of ASCII are small ones, and nothing else changes") {
  CHECK(text::lower("Retry-After: 1 [Z] {z} @`") == "retry-after: 1 [z] {z} @`");
  CHECK(text::lower("\u00c4\u0130\xff").ends_with('\xff'));
  CHECK(text::lower("\u00c4\u0130") == "\u00c4\u0130");
}

TEST_CASE("names are the same but for their case") {
  CHECK(text::iequals("X-Request-Id", "x-request-ID"));
  CHECK(text::iequals("", ""));
  CHECK_FALSE(text::iequals("x-request-id", "x-request-i"));
  CHECK_FALSE(text::iequals("x-request-id", "x_request_id"));
  CHECK_FALSE(text::iequals("[", "{"));  // as letters these would be one
  CHECK_FALSE(text::iequals("\u00c4", "\u00e4"));
}

}  // namespace lower_test
