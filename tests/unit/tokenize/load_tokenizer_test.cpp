#include <string>

#include "llmload/error.hpp"
#include "llmload/tokenizer.hpp"
#include "support/catch.hpp"
#include "unit/tokenize/temporary_directory.hpp"
#include "unit/tokenize/test_data.hpp"

namespace load_tokenizer_test {

using namespace llmload;
using namespace llmload::tokenize;

std::string error_of(const std::string& file) {
  try {
    load_tokenizer(file);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

/// A vocabulary with as many ranks as cl100k: the single bytes, then tokens of three bytes.
std::string vocabulary_of_100256_ranks() {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string lines;
  for (std::size_t rank = 0; rank < 100'256; ++rank) {
    if (rank < 256) {
      lines += std::string{digits[rank >> 2U], digits[(rank & 3U) << 4U]} + "==";
    } else {
      lines += std::string{'A', digits[rank >> 12U], digits[rank >> 6U & 63U], digits[rank & 63U]};
    }
    lines += ' ' + std::to_string(rank) + '\n';
  }
  return lines;
}

TEST_CASE("the first byte tells a SentencePiece model") {
  CHECK(load_tokenizer(test_data_path("tiny.model"))->description() == "SentencePiece, 600 pieces");
}

TEST_CASE("a tiktoken file is told by its ranks") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("tokenizer.model", vocabulary_of_100256_ranks());
  CHECK(load_tokenizer(file)->description() == "tiktoken, 100256 ranks, cl100k pre-tokenizer");
  CHECK(load_tokenizer(file)->count("ab 12") == 5);
}

TEST_CASE("a tiktoken file of an unknown number of ranks is refused by name") {
  const std::string file = test_data_path("tiny.tiktoken");
  CHECK(error_of(file).find(file + ": 600 ranks tell no known pre-tokenizer") == 0);
}

TEST_CASE("a brace tells a tokenizer.json") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("tokenizer.json", R"({"model": {"type": "Unigram"}})");
  CHECK(error_of(file) == file + ": /model/type: \"Unigram\" is not supported: only BPE is");
}

TEST_CASE("options reach the tokenizer that is loaded") {
  CHECK(load_tokenizer(test_data_path("tiny.tiktoken"), {"o200k", false})->description() ==
        "tiktoken, 600 ranks, o200k pre-tokenizer");
}

TEST_CASE("a file that can't be read, or is empty, is refused by name") {
  const TemporaryDirectory directory;
  const std::string missing = (directory.path() / "missing").string();
  CHECK(error_of(missing) == missing + ": can't be read");
  CHECK(error_of(directory.path().string()) == directory.path().string() + ": can't be read");
  const std::string empty = directory.write("empty");
  CHECK(error_of(empty) == empty + ": an empty file is no tokenizer");
}

TEST_CASE("a file of another kind is refused with the line that does not fit") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("tokenizer.model", "version https://git-lfs.github.com/spec/v1\n");
  CHECK(error_of(file) == file + ":1: \"version\" is not base64");
}

}  // namespace load_tokenizer_test
