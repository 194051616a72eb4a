#include "tokenize/sentencepiece/sentencepiece_json.hpp"

#include <memory>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "tokenize/formats/tokenizer_json.hpp"

namespace sentencepiece_json_test {

using namespace llmload;
using namespace llmload::tokenize;

using Ids = std::vector<std::uint32_t>;

constexpr const char* prepend = R"("normalizer": {"type": "Sequence", "normalizers": [
    {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]})";

std::string metaspace(const std::string& scheme, const std::string& split = "false") {
  return R"("pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": ")" + scheme +
         R"(", "split": )" + split + '}';
}

/// A file with the 256 bytes by their value, "▁" 300, "a" 301, "b" 302, "▁a" 303, "▁▁" 304, "ab" 305 and, as
/// an added special token, "<s>" 310.
std::string text_of(const std::string& rules, const std::string& more_of_model = "") {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string vocabulary;
  for (unsigned byte = 0; byte < 256; ++byte) {
    vocabulary +=
        std::string("\"<0x") + digits[byte / 16] + digits[byte % 16] + ">\": " + std::to_string(byte) + ", ";
  }
  return "{" + rules +
         R"(, "added_tokens": [{"id": 310, "content": "<s>", "special": true, "normalized": false}],
      "model": {"type": "BPE", "byte_fallback": true, "fuse_unk": true)" +
         more_of_model + R"(, "vocab": {)" + vocabulary +
         R"("▁": 300, "a": 301, "b": 302, "▁a": 303, "▁▁": 304, "ab": 305},
      "merges": ["▁ ▁", "a b", "▁ a"]}})";
}

std::shared_ptr<const ModelTokenizer> loaded(const std::string& rules, const TokenizerOptions& options = {}) {
  return load_tokenizer_json(text_of(rules), "tokenizer.json", options);
}

TEST_CASE("a tokenizer.json of SentencePiece kind merges characters in its own order") {
  const auto tokenizer = loaded(prepend);
  CHECK(tokenizer->encode("a a") == Ids{303, 303});
  CHECK(tokenizer->encode("ab") == Ids{300, 305});  // "a b" is before "▁ a"
  CHECK(tokenizer->encode("b  ab") == Ids{300, 302, 304, 305});
  CHECK(tokenizer->encode("é") == Ids{300, 0xC3, 0xA9});
  CHECK(tokenizer->encode("").empty());
  CHECK(tokenizer->count("b  ab") == 4);
  CHECK(tokenizer->size() == 311);
  CHECK(tokenizer->description() == "tokenizer.json, 311 ids, of SentencePiece kind");
}

TEST_CASE("the ids of a tokenizer.json of SentencePiece kind stand for bytes and spaces") {
  const auto tokenizer = loaded(prepend);
  CHECK(tokenizer->piece(303) == " a");
  CHECK(tokenizer->piece(0xC3) == "\xC3");
  CHECK(tokenizer->piece(310).empty());
}

TEST_CASE("a space is put first as the file says") {
  CHECK(loaded(prepend)->encode(" a") == Ids{304, 301});
  CHECK(loaded(metaspace("first"))->encode(" a") == Ids{303});
  CHECK(loaded(metaspace("first"))->encode("a") == Ids{303});
  CHECK(loaded(metaspace("never"))->encode("a") == Ids{301});
  CHECK(loaded(R"("normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"})")
            ->encode("a a") == Ids{301, 303});
}

TEST_CASE("special tokens of SentencePiece kind are plain text unless they are parsed") {
  CHECK(loaded(prepend)->encode("<s>").size() == 4);
  CHECK(loaded(prepend, {"", true})->encode("a<s>a") == Ids{303, 310, 303});
  CHECK(loaded(metaspace("first"), {"", true})->encode("a<s>a") == Ids{303, 310, 301});
  CHECK(loaded(metaspace("always"), {"", true})->encode("a<s>a") == Ids{303, 310, 303});
}

TEST_CASE("a stream is counted like the whole by a tokenizer.json of SentencePiece kind") {
  const std::string text = "a ab  b <s> é   a";
  for (const TokenizerOptions& options : {TokenizerOptions{}, TokenizerOptions{"", true}}) {
    const auto tokenizer = loaded(prepend, options);
    StreamCounter counter(*tokenizer);
    for (const char byte : text) counter.add({&byte, 1});
    CHECK(counter.total() == tokenizer->count(text));
  }
}

TEST_CASE("rules of SentencePiece kind that are not known are refused") {
  for (const std::string& rules : {metaspace("first", "true"), std::string(R"("normalizer": null)"),
                                   std::string(R"("normalizer": {"type": "NFKC"})")}) {
    CHECK_THROWS_WITH(loaded(rules),
                      Catch::Matchers::StartsWith("tokenizer.json: /normalizer: together with"));
  }
  CHECK_THROWS_AS(loaded(prepend, {"llama3", false}), InputError);
  CHECK_THROWS_AS(load_tokenizer_json(text_of(prepend, R"(, "ignore_merges": true)"), "tokenizer.json", {}),
                  InputError);
}

}  // namespace sentencepiece_json_test
