#include "tokenize/base64.hpp"

#include <string>

#include "support/catch.hpp"

using llmload::tokenize::decode_base64;

TEST_CASE("base64 of each padding is decoded") {
  CHECK(decode_base64("") == "");
  CHECK(decode_base64("Zg==") == "f");
  CHECK(decode_base64("Zm8=") == "fo");
  CHECK(decode_base64("Zm9v") == "foo");
  CHECK(decode_base64("Zm9vYmFy") == "foobar");
  CHECK(decode_base64("+/8A") == std::string("\xFB\xFF\0", 3));
}

TEST_CASE("what is not padded base64 is refused") {
  const char* const text = GENERATE("Zg", "Zg=", "Zm9v=", "Z===", "====", "Zm9*", "Zm=v", "Zm9 ", "Zm-_");
  CHECK_FALSE(decode_base64(text).has_value());
}
