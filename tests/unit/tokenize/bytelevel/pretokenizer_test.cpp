#include "tokenize/bytelevel/pretokenizer.hpp"

#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"

namespace pretokenizer_test {

using namespace llmload::tokenize;

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

TEST_CASE("qwen2 has the grammar of Llama 3, but each digit is a piece") {
  CHECK(pieces_of("It's 123\n\n  (better)...\n", qwen2_pretokenizer) ==
        Pieces{"It", "'s", " ", "1", "2", "3", "\n\n", " ", " (", "better", ")...\n"});
}

TEST_CASE("o200k begins a new word where a capital follows a small letter") {
  const auto pieces = [](std::string_view text) { return pieces_of(text, o200k_pretokenizer); };
  CHECK(pieces("helloWorld HTTPServer ABC aB") == Pieces{"hello", "World", " HTTPServer", " ABC", " a", "B"});
  CHECK(pieces("ǅ ǅa aǅ") == Pieces{"ǅ", " ǅa", " a", "ǅ"});
}

TEST_CASE("what has no case goes on with an o200k word of either, and ends one of capitals") {
  const auto pieces = [](std::string_view text) { return pieces_of(text, o200k_pretokenizer); };
  CHECK(pieces("测试 A测 a测b 测A") == Pieces{"测试", " A测", " a测b", " 测", "A"});
  CHECK(pieces("A测BC") == Pieces{"A测", "BC"});
  CHECK(pieces("A测B测C") == Pieces{"A测B测", "C"});
  CHECK(pieces("cafe\u0301s CAFE\u0301S") == Pieces{"cafe\u0301s", " CAFE\u0301", "S"});
}

TEST_CASE("a mark before letters is the prefix of an o200k word, or one itself") {
  const auto pieces = [](std::string_view text) { return pieces_of(text, o200k_pretokenizer); };
  CHECK(pieces("\u0301a") == Pieces{"\u0301a"});
  CHECK(pieces("\u0301ABC") == Pieces{"\u0301", "ABC"});
  CHECK(pieces("\u0301") == Pieces{"\u0301"});
  CHECK(pieces("!\u0301a !!\u0301a") == Pieces{"!\u0301a", " !!\u0301", "a"});
  CHECK(pieces("\t\u0301=") == Pieces{"\t\u0301", "="});
}

TEST_CASE("a contraction belongs to the o200k word before it") {
  const auto pieces = [](std::string_view text) { return pieces_of(text, o200k_pretokenizer); };
  CHECK(pieces("it's IT'S we'LL do'x") == Pieces{"it's", " IT'S", " we'LL", " do", "'x"});
  CHECK(pieces("'s 'summer") == Pieces{"'s", " '", "summer"});
  CHECK(pieces("\u0301's") == Pieces{"\u0301's"});
}

TEST_CASE("o200k takes slashes among the newlines after symbols, and three digits") {
  const auto pieces = [](std::string_view text) { return pieces_of(text, o200k_pretokenizer); };
  CHECK(pieces("==\n/\n/x 1234") == Pieces{"==\n/\n/", "x", " ", "123", "4"});
  CHECK(pieces("a  \n  b   ") == Pieces{"a", "  \n", " ", " b", "   "});
}

TEST_CASE("tekken cuts words like o200k, with neither contractions nor groups of digits") {
  CHECK(pieces_of("helloWorld it's\n/ 123", tekken_pretokenizer) ==
        Pieces{"hello", "World", " it", "'s", "\n", "/", " ", "1", "2", "3"});
}

TEST_CASE("gpt2 puts only a space before a word, a number or symbols") {
  const auto pieces = [](std::string_view text) { return pieces_of(text, gpt2_pretokenizer); };
  CHECK(pieces("Hello, big 12345 (word") == Pieces{"Hello", ",", " big", " 12345", " (", "word"});
  CHECK(pieces("\tword\u00A0x") == Pieces{"\t", "word", "\u00A0", "x"});
  CHECK(pieces("cafe\u0301s") == Pieces{"cafe", "\u0301", "s"});
}

TEST_CASE("contractions of gpt2 are of small letters only") {
  const auto pieces = [](std::string_view text) { return pieces_of(text, gpt2_pretokenizer); };
  CHECK(pieces("it's we'll IT'S 'summer 've") ==
        Pieces{"it", "'s", " we", "'ll", " IT", "'", "S", " '", "summer", " '", "ve"});
}

TEST_CASE("newlines are spaces like others for gpt2") {
  const auto pieces = [](std::string_view text) { return pieces_of(text, gpt2_pretokenizer); };
  CHECK(pieces("a \n\n b...\n") == Pieces{"a", " \n\n", " b", "...", "\n"});
  CHECK(pieces("a\n\nb \n") == Pieces{"a", "\n", "\n", "b", " \n"});
}

TEST_CASE("each pre-tokenizer cuts any bytes into pieces that are not empty") {
  const std::string_view alphabet[] = {"a",  "B",      "测",   "\u0301", "\u02B0", "1", " ",
                                       "\n", "\r",     "\t",   "'",      "s",      "l", "/",
                                       "=",  "\u3000", "🙂", "\xFF",   "\xE6",   "ǅ"};
  for (const Pretokenizer* pretokenizer : {&llama3_pretokenizer, &qwen2_pretokenizer, &o200k_pretokenizer,
                                           &tekken_pretokenizer, &gpt2_pretokenizer}) {
    std::mt19937 random(1);
    for (int round = 0; round < 2'000; ++round) {
      std::string text;
      for (auto i = random() % 12; i > 0; --i) text += alphabet[random() % std::size(alphabet)];
      std::string joined;
      for (const std::string& piece : pieces_of(text, *pretokenizer)) joined += piece;
      REQUIRE(joined == text);
    }
  }
}

TEST_CASE("a pre-tokenizer is found by its name, or by its regex") {
  CHECK(&named_pretokenizer("tekken") == &tekken_pretokenizer);
  CHECK(pretokenizer_of_regex(qwen2_pretokenizer.regex) == &qwen2_pretokenizer);
  CHECK(pretokenizer_of_regex(llama3_pretokenizer.regex) == &llama3_pretokenizer);
  CHECK(pretokenizer_of_regex("\\s+") == nullptr);
  CHECK_THROWS_AS(named_pretokenizer(""), llmload::InputError);
}

}  // namespace pretokenizer_test
