#include "tokenize/bytelevel/byte_alphabet.hpp"

#include "support/catch.hpp"

namespace byte_alphabet_test {

using llmload::tokenize::from_byte_alphabet;

TEST_CASE("printable Latin-1 stands for itself in the byte alphabet") {
  CHECK(from_byte_alphabet("Hello!~") == "Hello!~");
  CHECK(from_byte_alphabet("¡ÿ") == "\xA1\xFF");
}

TEST_CASE("other bytes are written from U+0100 on, in their order") {
  CHECK(from_byte_alphabet("Ġ") == " ");
  CHECK(from_byte_alphabet("Ċ") == "\n");
  CHECK(from_byte_alphabet("Ā") == std::string(1, '\0'));
  CHECK(from_byte_alphabet("\u0120\u0121\u0122") == " \x7F\x80");
  CHECK(from_byte_alphabet("\u0143") == "\xAD");
}

TEST_CASE("what is not in the byte alphabet is refused") {
  for (const char* const text : {" ", "a\n", "\u0144", "▁", "\u00AD", "\xFF"})
    CHECK(!from_byte_alphabet(text));
}

}  // namespace byte_alphabet_test
