#include "tokenize/pretokenizer.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace llmload::tokenize;

namespace {

using Pieces = std::vector<std::string>;

Pieces pieces_of(std::string_view text, const Pretokenizer& pretokenizer = llama3_pretokenizer) {
  Pieces pieces;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = pretokenizer.piece_end(text, begin);
    REQUIRE(end > begin);
    REQUIRE(end <= text.size());
    pieces.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return pieces;
}

}  // namespace

TEST_CASE("a word takes the space before it") {
  CHECK(pieces_of("Hello big world") == Pieces{"Hello", " big", " world"});
}

TEST_CASE("a word takes any one character before it but a letter, a number or a newline") {
  CHECK(pieces_of("(word") == Pieces{"(word"});
  CHECK(pieces_of("((word") == Pieces{"((", "word"});
  CHECK(pieces_of("\tword") == Pieces{"\tword"});
  CHECK(pieces_of("\u00A0word") == Pieces{"\u00A0word"});
  CHECK(pieces_of("\u3000word") == Pieces{"\u3000word"});
  CHECK(pieces_of("\nword") == Pieces{"\n", "word"});
  CHECK(pieces_of("\rword") == Pieces{"\r", "word"});
  CHECK(pieces_of("1word") == Pieces{"1", "word"});
}

TEST_CASE("letters of all scripts make words, marks end them") {
  CHECK(pieces_of("Größe тест 测试") == Pieces{"Größe", " тест", " 测试"});
  CHECK(pieces_of("cafe\u0301s") == Pieces{"cafe", "\u0301s"});
}

TEST_CASE("contractions are pieces of their own, in any case") {
  CHECK(pieces_of("it's") == Pieces{"it", "'s"});
  CHECK(pieces_of("isn't we're I've I'm we'll he'd") ==
        Pieces{"isn", "'t", " we", "'re", " I", "'ve", " I", "'m", " we", "'ll", " he", "'d"});
  CHECK(pieces_of("IT'S WE'RE I'Ve we'lL") == Pieces{"IT", "'S", " WE", "'RE", " I", "'Ve", " we", "'lL"});
  CHECK(pieces_of("'\u017Fx") == Pieces{"'\u017F", "x"});  // long s folds to s
}

TEST_CASE("a contraction ends even inside a word, before which nothing is tried") {
  CHECK(pieces_of("'summer") == Pieces{"'s", "ummer"});
  CHECK(pieces_of("'relax") == Pieces{"'re", "lax"});
  CHECK(pieces_of("'run") == Pieces{"'run"});
  CHECK(pieces_of("'la") == Pieces{"'la"});
}

TEST_CASE("an apostrophe that starts no contraction is a symbol, or the prefix of a word") {
  CHECK(pieces_of("'") == Pieces{"'"});
  CHECK(pieces_of("'r") == Pieces{"'r"});
  CHECK(pieces_of("''s") == Pieces{"''", "s"});
  CHECK(pieces_of("'quote'") == Pieces{"'quote", "'"});
  CHECK(pieces_of(" 's") == Pieces{" '", "s"});
}

TEST_CASE("numbers are cut after each three digits, and take no space") {
  CHECK(pieces_of("1234567") == Pieces{"123", "456", "7"});
  CHECK(pieces_of("in 2026") == Pieces{"in", " ", "202", "6"});
  CHECK(pieces_of("²Ⅷ٣4") == Pieces{"²Ⅷ٣", "4"});
}

TEST_CASE("symbols take one space before them and all newlines after them") {
  CHECK(pieces_of("a == b") == Pieces{"a", " ==", " b"});
  CHECK(pieces_of("end...\r\n\nnext") == Pieces{"end", "...\r\n\n", "next"});
  CHECK(pieces_of("\t==") == Pieces{"\t", "=="});
  CHECK(pieces_of("🙂\u200B!") == Pieces{"🙂\u200B!"});
}

TEST_CASE("a run of spaces leaves its last one to what follows") {
  CHECK(pieces_of("a   b") == Pieces{"a", "  ", " b"});
  CHECK(pieces_of("a \t1") == Pieces{"a", " ", "\t", "1"});
  CHECK(pieces_of("a \u3000=") == Pieces{"a", " ", "\u3000", "="});
}

TEST_CASE("spaces at the end of the text are one piece") {
  CHECK(pieces_of("a   ") == Pieces{"a", "   "});
  CHECK(pieces_of(" ") == Pieces{" "});
}

TEST_CASE("a run of spaces with newlines ends after its last newline") {
  CHECK(pieces_of("a \n \n  b") == Pieces{"a", " \n \n", " ", " b"});
  CHECK(pieces_of("a\r\n\r\nb") == Pieces{"a", "\r\n\r\n", "b"});
  CHECK(pieces_of("a\n  ") == Pieces{"a", "\n", "  "});
}

TEST_CASE("the pre-tokenizer cuts special tokens like any text") {
  CHECK(pieces_of("<|eot_id|>") == Pieces{"<|", "eot", "_id", "|>"});
}

TEST_CASE("an invalid byte is a symbol") {
  CHECK(pieces_of("a\xFF\xC3") == Pieces{"a", "\xFF\xC3"});
  CHECK(pieces_of("a \xFFz") == Pieces{"a", " \xFF", "z"});
  CHECK(pieces_of("\xFFz") == Pieces{"\xFFz"});
}

TEST_CASE("the pre-tokenizer finds no pieces in an empty text") { CHECK(pieces_of("").empty()); }

TEST_CASE("cl100k has the grammar of Llama 3") {
  const std::string text = "It's 12345 times\n\n  (better)...\n";
  CHECK(pieces_of(text, cl100k_pretokenizer) == pieces_of(text, llama3_pretokenizer));
}
