#include "tokenize/sentencepiece/sentencepiece_proto.hpp"

#include <string>

#include "support/catch.hpp"
#include "tokenize/vocabulary.hpp"
#include "unit/tokenize/test_data.hpp"

namespace sentencepiece_proto_test {

using namespace llmload::tokenize;

TEST_CASE("the pieces and the rules of a SentencePiece model are read") {
  const std::string content = test_data("tiny.model");
  const auto proto = read_sentencepiece_proto(content);
  REQUIRE(proto);
  REQUIRE(proto->pieces.size() == 600);
  CHECK(proto->pieces[0].text == "<unk>");
  CHECK(proto->pieces[0].type == SentencePieceProto::Type::unknown);
  CHECK(proto->pieces[1].type == SentencePieceProto::Type::control);
  CHECK(proto->pieces[3].text == "<0x00>");
  CHECK(proto->pieces[3].type == SentencePieceProto::Type::byte);
  CHECK(proto->pieces[260].type == SentencePieceProto::Type::normal);
  CHECK(proto->pieces[260].score == -1);
  CHECK(proto->is_bpe);
  CHECK(proto->byte_fallback);
  CHECK(proto->character_map.empty());
  CHECK_FALSE(proto->remove_extra_spaces);
  CHECK(proto->add_dummy_prefix);
}

TEST_CASE("a SentencePiece model that is cut off anywhere is read to its last field, or refused") {
  const std::string content = test_data("tiny.model");
  for (std::size_t size = 0; size < content.size(); size += 7) {
    const auto proto = read_sentencepiece_proto(std::string_view(content).substr(0, size));
    if (proto) CHECK(proto->pieces.size() <= 600);
  }
}

TEST_CASE("what is no message is refused") {
  CHECK_FALSE(read_sentencepiece_proto("\x0A"));                              // no size
  CHECK_FALSE(read_sentencepiece_proto("\x0A\x05 abc"));                      // too short
  CHECK_FALSE(read_sentencepiece_proto("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\x7F"));  // much too short
  CHECK_FALSE(read_sentencepiece_proto("\x0B"));                              // a wire type of old
  CHECK_FALSE(read_sentencepiece_proto("\x0A\x02\x0A\x07"));                  // a piece with a broken text
  CHECK_FALSE(read_sentencepiece_proto(std::string(20, '\xFF')));             // a number that does not end
}

TEST_CASE("a field that is written in another way than the format says is not known") {
  using Type = SentencePieceProto::Type;
  std::string content;  // which the piece's text is in
  const auto piece = [&content](const std::string& more) {
    const std::string message = "\x0A\x01x" + more;
    content = std::string{'\x0A', static_cast<char>(message.size())} + message;
    const auto proto = read_sentencepiece_proto(content);
    REQUIRE(proto);
    REQUIRE(proto->pieces.size() == 1);
    return proto->pieces[0];
  };
  using namespace std::string_literals;
  CHECK(piece("\x18\x04"s).type == Type::user_defined);
  CHECK(piece("\x1D\x04\0\0\0"s).type == Type::normal);  // four bytes
  CHECK(piece("\x18\x07"s).type == Type::normal);        // there is no seventh
  CHECK(piece("\x18\x04\x18\x80\x02"s).type == Type::user_defined);
  CHECK(piece("\x10\x04"s).score == 0);  // an integer
  CHECK(piece("\x0D"
              "bbbb"s)
            .text == "x");
  CHECK(read_sentencepiece_proto("\x08\x01")->pieces.empty());
}

TEST_CASE("a model of more pieces than a vocabulary can have is refused") {
  std::string pieces;
  for (std::size_t i = 0; i < most_tokens; ++i) pieces += std::string_view("\x0A\x00", 2);
  CHECK(read_sentencepiece_proto(pieces));
  CHECK_FALSE(read_sentencepiece_proto(pieces + pieces.substr(0, 2)));
}

}  // namespace sentencepiece_proto_test
