#include "text/base64.hpp"

#include <string>

#include "support/catch.hpp"

namespace base64_test {

using llmload::text::decode_base64;
using llmload::text::encode_base64;

TEST_CASE("base64 of each padding is decoded") {
  CHECK(decode_base64("") == "");
  CHECK(decode_base64("Zg==") == "f");
  CHECK(decode_base64("Zm8=") == "fo");
  CHECK(decode_base64("Zm9v") == "foo");
  CHECK(decode_base64("Zm9vYmFy") == "foobar");
  CHECK(decode_base64("+/8A") == std::string("\xFB\xFF\0", 3));
}

TEST_CASE("bytes of each length come back from their base64") {
  CHECK(encode_base64("").empty());
  CHECK(encode_base64("f") == "Zg==");
  CHECK(encode_base64("fo") == "Zm8=");
  CHECK(encode_base64("foo") == "Zm9v");
  CHECK(encode_base64(std::string("\xFB\xFF\0", 3)) == "+/8A");
  const std::string all = "user:p\xC3\xA4ss\xFFword!";
  for (std::size_t size = 0; size <= all.size(); ++size)
    CHECK(decode_base64(encode_base64(all.substr(0, size))) == all.substr(0, size));
}

TEST_CASE("what is not padded base64 is refused") {
  const char* const text = GENERATE("Zg", "Zg=", "Zm9v=", "Z===", "====", "Zm9*", "Zm=v", "Zm9 ", "Zm-_");
  CHECK_FALSE(decode_base64(text).has_value());
}

}  // namespace base64_test
