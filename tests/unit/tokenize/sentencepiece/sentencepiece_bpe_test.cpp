#include "tokenize/sentencepiece/sentencepiece_bpe.hpp"

#include <sentencepiece_processor.h>

#include <random>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/tokenize/test_data.hpp"

namespace sentencepiece_bpe_test {

using namespace llmload::tokenize;

using Ids = std::vector<TokenId>;
using Type = SentencePieceProto::Type;

SentencePieceBpe tiny() {
  const std::string content = test_data("tiny.model");
  auto bpe = make_sentencepiece_bpe(*read_sentencepiece_proto(content));
  REQUIRE(bpe);
  return *std::move(bpe);
}

Ids encoded(const SentencePieceBpe& bpe, std::string_view text, bool dummy_prefix = false) {
  Ids ids;
  bpe.append(sentencepiece_text(text, dummy_prefix), ids);
  return ids;
}

/// A model of the 256 bytes, ids 0 to 255, and these pieces from 256 on.
class Model {
 public:
  explicit Model(const std::vector<SentencePieceProto::Piece>& pieces) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      constexpr std::string_view digits = "0123456789ABCDEF";
      names_.push_back(std::string("<0x") + digits[byte / 16] + digits[byte % 16] + '>');
    }
    for (const std::string& name : names_) proto.pieces.push_back({name, 0, Type::byte});
    proto.pieces.insert(proto.pieces.end(), pieces.begin(), pieces.end());
    proto.is_bpe = true;
    proto.byte_fallback = true;
    proto.remove_extra_spaces = false;
  }

  SentencePieceProto proto;

 private:
  std::vector<std::string> names_;
};

Ids encoded(const std::vector<SentencePieceProto::Piece>& pieces, std::string_view text) {
  const auto bpe = make_sentencepiece_bpe(Model(pieces).proto);
  REQUIRE(bpe);
  const Ids ids = encoded(*bpe, text);
  CHECK(bpe->count(sentencepiece_text(text, false)) == ids.size());
  return ids;
}

TEST_CASE("our BPE gives the ids of libsentencepiece for any text") {
  sentencepiece::SentencePieceProcessor reference;
  REQUIRE(reference.Load(test_data_path("tiny.model")).ok());
  const SentencePieceBpe bpe = tiny();
  const std::string training = test_data("training_text.txt");
  const std::string alphabet[] = {"a",
                                  "e",
                                  "th",
                                  "the",
                                  " ",
                                  "   ",
                                  "\u2581",
                                  "\n",
                                  "1",
                                  ".",
                                  "é",
                                  "測",
                                  "🙂",
                                  "\xFF",
                                  "\xE6\xB8",
                                  "s",
                                  "T",
                                  "-",
                                  "or",
                                  std::string(30, ' '),
                                  std::string(70, 'e')};
  std::mt19937 random(1);
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    if (round % 3 == 0) {
      text = training.substr(random() % training.size(), random() % 200);
    } else if (round % 3 == 1) {
      for (auto i = random() % 30; i > 0; --i) text += alphabet[random() % std::size(alphabet)];
    } else {
      for (auto i = random() % 30; i > 0; --i) text += static_cast<char>(random());
    }
    std::vector<int> expected;
    reference.Encode(text, &expected).IgnoreError();
    INFO(text);
    REQUIRE(encoded(bpe, text, true) == Ids(expected.begin(), expected.end()));
    REQUIRE(bpe.count(sentencepiece_text(text, true)) == expected.size());
  }
}

TEST_CASE("the pair of the highest score merges first, the leftmost of equal ones") {
  CHECK(encoded({{"a", -9}, {"b", -9}, {"c", -9}, {"ab", -2}, {"bc", -1}}, "abc") == Ids{256, 260});
  CHECK(encoded({{"a", -9}, {"b", -9}, {"c", -9}, {"ab", -1}, {"bc", -1}}, "abc") == Ids{259, 258});
  // All of one score: the left one grows as long as it can.
  CHECK(encoded({{"\u2581", -1}, {"\u2581\u2581", -1}, {"\u2581\u2581\u2581", -1}}, "    ") == Ids{258, 256});
}

TEST_CASE("a piece that merges do not make does not appear, even as a whole word") {
  CHECK(encoded({{"a", -9}, {"b", -9}, {"c", -9}, {"abc", -1}}, "abc") == Ids{256, 257, 258});
  CHECK(encoded({{"a", -9}, {"b", -9}, {"c", -9}, {"abc", -1}, {"ab", -2}}, "abc") == Ids{259});
  CHECK(encoded({{"a", -9}, {"b", -9}, {"c", -9}, {"abc", -1}, {"ab", -3}, {"bc", -2}}, "abc") == Ids{259});
}

TEST_CASE("a character that is only part of pieces merges, and is its bytes where it does not") {
  CHECK(encoded({{"a", -9}, {"éa", -1}}, "éa") == Ids{257});
  CHECK(encoded({{"a", -9}, {"éa", -1}}, "éé") == Ids{0xC3, 0xA9, 0xC3, 0xA9});
  CHECK(encoded({{"a", -9}, {"a\u2581", -1}}, "a a") == Ids{257, 256});  // a space that is no piece
  CHECK(encoded({{"a", -9}, {"a\u2581", -1}}, "  ") == Ids{0xE2, 0x96, 0x81, 0xE2, 0x96, 0x81});
}

TEST_CASE("words are not cut from the spaces after them where a piece has both") {
  CHECK(encoded({{"a", -9}, {"\u2581", -9}, {"b", -9}, {"a\u2581b", -1}, {"\u2581b", -2}}, "a b") ==
        Ids{259});
}

TEST_CASE("a megabyte of one word of SentencePiece takes no quadratic time") {
  CHECK(tiny().count(std::string(1 << 20, 'e')) > 0);
  CHECK(tiny().count(std::string(1 << 20, ' ')) > 0);
}

TEST_CASE("SentencePiece text has spaces for U+2581 and U+FFFD for bytes that are no UTF-8") {
  CHECK(sentencepiece_text("a\u2581b", true) == " a b");
  CHECK(sentencepiece_text("\xFF\xC3x", false) == "\uFFFD\uFFFDx");
  CHECK(sentencepiece_text("é🙂", false) == "é🙂");
  CHECK(sentencepiece_text("", true).empty());
}

TEST_CASE("rules that only libsentencepiece knows are left to it") {
  const Model plain({{"a", -1}});
  CHECK(make_sentencepiece_bpe(plain.proto));
  const auto refuses = [&](auto change) {
    Model model({{"a", -1}});
    change(model.proto);
    return !make_sentencepiece_bpe(model.proto);
  };
  CHECK(refuses([](SentencePieceProto& p) { p.is_bpe = false; }));
  CHECK(refuses([](SentencePieceProto& p) { p.byte_fallback = false; }));
  CHECK(refuses([](SentencePieceProto& p) { p.space_as_suffix = true; }));
  CHECK(refuses([](SentencePieceProto& p) { p.character_map = "x"; }));
  CHECK(refuses([](SentencePieceProto& p) { p.remove_extra_spaces = true; }));
  CHECK(refuses([](SentencePieceProto& p) { p.escape_spaces = false; }));
  CHECK(refuses([](SentencePieceProto& p) { p.pieces.push_back({"x", 0, Type::user_defined}); }));
  CHECK(refuses([](SentencePieceProto& p) { p.pieces.push_back({"x", 0, Type::unused}); }));
  CHECK(refuses([](SentencePieceProto& p) { p.pieces.push_back({"x", 0, Type::control}); }));
  CHECK(refuses([](SentencePieceProto& p) { p.pieces.push_back({"x y", 0, Type::normal}); }));
  static const std::string too_long(600, 'a');
  CHECK(refuses([](SentencePieceProto& p) { p.pieces.push_back({too_long, 0, Type::normal}); }));
  CHECK(refuses([](SentencePieceProto& p) { p.pieces.push_back({"a\xC3", 0, Type::normal}); }));
  CHECK(refuses([](SentencePieceProto& p) { p.pieces.erase(p.pieces.begin()); }));  // a byte
}

}  // namespace sentencepiece_bpe_test
