#include "tokenize/sentencepiece/sentencepiece_model.hpp"

#include <memory>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/tokenize/test_data.hpp"

namespace sentencepiece_model_test {

using namespace llmload;
using namespace llmload::tokenize;

using Ids = std::vector<std::uint32_t>;

std::shared_ptr<const ModelTokenizer> tiny() {
  return load_sentencepiece(test_data("tiny.model"), "tiny.model");
}

// The expected ids are those of the program spm_encode.
TEST_CASE("a tiny model gives the ids of the reference, without BOS and EOS") {
  CHECK(tiny()->encode("The tokens of a test.") == Ids{310, 312, 282, 264, 293, 511});
  CHECK(tiny()->encode("Größe: тест 🙂") ==
        Ids{495, 460, 595, 544, 496, 525, 495, 539, 391, 539, 495, 243, 162, 156, 133});
}

TEST_CASE("control tokens of SentencePiece in a text are plain text") {
  CHECK(tiny()->encode("<s> the") == Ids{495, 580, 499, 65, 267});
}

TEST_CASE("an empty text has no SentencePiece pieces") { CHECK(tiny()->count("") == 0); }

TEST_CASE("the count of a SentencePiece model is its number of ids") {
  const std::string text = test_data("training_text.txt");
  CHECK(tiny()->count(text) == tiny()->encode(text).size());
}

TEST_CASE("the pieces of the ids spell the text, after one space") {
  const std::string text = "It's 2026:\n\n  Größe, тест, 🙂";
  std::string decoded;
  for (const std::uint32_t id : tiny()->encode(text)) decoded += tiny()->piece(id);
  CHECK(decoded == " " + text);
}

TEST_CASE("control tokens stand for nothing") {
  CHECK(tiny()->piece(0).empty());                  // <unk>
  CHECK(tiny()->piece(1).empty());                  // <s>
  CHECK(tiny()->piece(2).empty());                  // </s>
  CHECK(tiny()->piece(3) == std::string("\0", 1));  // <0x00>
}

TEST_CASE("invalid UTF-8 is counted, without an exception") {
  CHECK(tiny()->count("a\xFF\xC3 \xED\xA0\x80z") > 0);
  CHECK(tiny()->count("\xFF") >= 1);
}

TEST_CASE("a SentencePiece model describes itself") {
  CHECK(tiny()->size() == 600);
  CHECK(tiny()->description() == "SentencePiece, 600 pieces");
}

TEST_CASE("a broken or truncated model is refused by name") {
  const std::string whole = test_data("tiny.model");
  for (const std::string& content : {std::string("\n garbage"), whole.substr(0, whole.size() / 2)}) {
    CHECK_THROWS_WITH(
        load_sentencepiece(content, "some.model"),
        Catch::Matchers::StartsWith("some.model: not a SentencePiece model, or a truncated one"));
  }
}

TEST_CASE("a model that libsentencepiece can't bear is refused before it") {
  using namespace std::string_literals;
  // A normalizer (field 3) with a character map (its field 2) of four bytes.
  CHECK_THROWS_WITH(load_sentencepiece(test_data("tiny.model") + "\x1A\x06\x12\x04\x10\0\0\0"s, "some.model"),
                    Catch::Matchers::EndsWith("its character map is broken"));
  // <unk>, and a piece that begins with a zero byte, of which its trie makes an empty key.
  CHECK_THROWS_AS(load_sentencepiece("\x0A\x09\x0A\x05<unk>\x18\x02\x0A\x04\x0A\x02\0b"s, "some.model"),
                  InputError);
  // A piece of 4,097 bytes.
  CHECK_THROWS_WITH(
      load_sentencepiece(test_data("tiny.model") + "\x0A\x84\x20\x0A\x81\x20" + std::string(4097, 'x'),
                         "some.model"),
      Catch::Matchers::EndsWith("a piece of 4097 bytes is too long"));
}

}  // namespace sentencepiece_model_test
