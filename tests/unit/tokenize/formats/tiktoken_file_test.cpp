#include "tokenize/formats/tiktoken_file.hpp"

#include <string>

#include "llmload/error.hpp"
#include "support/catch.hpp"

namespace tiktoken_file_test {

using namespace llmload::tokenize;

/// Lines for the 256 single bytes, with their values as ranks.
std::string byte_lines() {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string lines;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    lines += std::string{digits[byte >> 2U], digits[(byte & 3U) << 4U]} + "== " + std::to_string(byte) + '\n';
  }
  return lines;
}

std::string error_of(const std::string& content) {
  try {
    read_tiktoken(content, "some.model");
  } catch (const llmload::InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST_CASE("a tiktoken file gives each rank its bytes") {
  const Vocabulary vocabulary = read_tiktoken(byte_lines() + "YWI= 256\n", "some.model");
  CHECK(vocabulary.size() == 257);
  CHECK(vocabulary.bytes(255) == "\xFF");
  CHECK(vocabulary.bytes(256) == "ab");
}

TEST_CASE("ranks may come in any order, lines may end with CR LF, the last line may lack its end") {
  const Vocabulary vocabulary = read_tiktoken("YWI= 256\r\n" + byte_lines() + "YWJj 257", "some.model");
  CHECK(vocabulary.bytes(256) == "ab");
  CHECK(vocabulary.bytes(257) == "abc");
}

TEST_CASE("a broken line is named with its number and what is wrong") {
  const auto error_of_line_257 = [](const std::string& line) { return error_of(byte_lines() + line); };
  CHECK(error_of_line_257("YW*= 256\n") == "some.model:257: \"YW*=\" is not base64");
  CHECK(error_of_line_257(" 256\n") == "some.model:257: \"\" is not base64");
  CHECK(error_of_line_257("YWI=\n") == "some.model:257: \"YWI=\" is not \"base64 rank\"");
  CHECK(error_of_line_257("\x1B[1m\xFF\x7F\n") == "some.model:257: \"?[1m??\" is not \"base64 rank\"");
  CHECK(error_of_line_257("\n") == "some.model:257: \"\" is not \"base64 rank\"");
  CHECK(error_of_line_257("YWI= \n") == "some.model:257: \"\" is not a rank");
  CHECK(error_of_line_257("YWI= -1\n") == "some.model:257: \"-1\" is not a rank");
  CHECK(error_of_line_257("YWI= 25x\n") == "some.model:257: \"25x\" is not a rank");
  CHECK(error_of_line_257("YWI= 99999999999\n") == "some.model:257: \"99999999999\" is not a rank");
}

TEST_CASE("a rank that is there twice is refused") {
  CHECK(error_of(byte_lines() + "YWI= 97\n") == "some.model:257: rank 97 is there twice");
}

TEST_CASE("a token that is there twice is refused") {
  CHECK(error_of(byte_lines() + "YQ== 256\n") == "some.model:257: token \"YQ==\" already has rank 97");
}

TEST_CASE("a missing rank is refused") {
  CHECK(error_of(byte_lines() + "YWI= 257\n") ==
        "some.model:257: rank 257 in a file of 257 ranks: a lower one is missing");
}

TEST_CASE("a vocabulary without each single byte is refused") {
  CHECK(error_of("YWI= 0\n").find("some.model: no token for the single byte 0") == 0);
  CHECK(error_of("").find("no token for the single byte 0") != std::string::npos);
}

TEST_CASE("a file that is cut off inside a line is refused") {
  const std::string content = byte_lines() + "YWI= 256\n";
  CHECK(error_of(content.substr(0, content.size() - 2)) == "some.model:257: rank 25 is there twice");
  CHECK(error_of(content.substr(0, content.size() - 6)) == "some.model:257: \"YWI\" is not \"base64 rank\"");
}

TEST_CASE("a long line is quoted in part") {
  CHECK(error_of(std::string(100, '*') + "\n") ==
        "some.model:1: \"" + std::string(40, '*') + "...\" is not \"base64 rank\"");
}

TEST_CASE("a file of more lines than any vocabulary has is refused before room is made for them") {
  CHECK(error_of(std::string(std::size_t{3} << 20U, '\n')) ==
        "some.model: 3145728 lines are too many for ranks");
}

TEST_CASE("a token that is longer than any published one is refused") {
  std::string base64;
  for (int i = 0; i < 200; ++i) base64 += "YWFh";
  CHECK(error_of(byte_lines() + base64 + " 256\n") == "some.model:257: a token of 600 bytes is too long");
}

}  // namespace tiktoken_file_test
