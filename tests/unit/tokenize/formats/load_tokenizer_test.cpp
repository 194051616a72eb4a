#include <string>

#include "llmload/error.hpp"
#include "llmload/tokenizer.hpp"
#include "support/catch.hpp"
#include "text/read_file.hpp"
#include "unit/tokenize/temporary_directory.hpp"
#include "unit/tokenize/test_data.hpp"

namespace load_tokenizer_test {

using namespace llmload;
using namespace llmload::tokenize;

/// The path of a file of tests/data/field_inputs.
std::string field_file(const std::string& name) { return LLMLOAD_TEST_DATA "/field_inputs/" + name; }

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
  CHECK(error_of(missing) == missing + ": can't be read: No such file or directory");
  CHECK(error_of(directory.path().string()) == directory.path().string() + ": is a directory, not a file");
  const std::string empty = directory.write("empty");
  CHECK(error_of(empty) == empty + ": an empty file is no tokenizer");
}

TEST_CASE("a file of another kind is refused with the line that does not fit") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("tokenizer.model", "version 1\n");
  CHECK(error_of(file) == file + ":1: \"version\" is not base64");
}

TEST_CASE("a pointer, a page or another encoding in place of a tokenizer is named") {
  const TemporaryDirectory directory;
  CHECK(error_of(field_file("lfs_pointer_tokenizer.model")) ==
        field_file("lfs_pointer_tokenizer.model") +
            ": is a Git LFS pointer, not the file itself: run git lfs pull");
  const std::string page = directory.write("tokenizer.json", "<!doctype html>\n<html></html>");
  CHECK(error_of(page).find(page + ": is an HTML page") == 0);
  const std::string wide = directory.write("tokenizer.json", std::string_view("\xff\xfe{\0}\0", 6));
  CHECK(error_of(wide) == wide + ": is UTF-16 text: save it as UTF-8");
}

TEST_CASE("a byte order mark before a tokenizer is skipped") {
  const TemporaryDirectory directory;
  const std::string json = text::read_file(field_file("typed_model_tokenizer.json"));
  CHECK(load_tokenizer(directory.write("tokenizer.json", "\xef\xbb\xbf" + json))->count("hehe") == 2);
  const std::string ranks = directory.write("tokenizer.model", "\xef\xbb\xbf" + test_data("tiny.tiktoken"));
  CHECK(load_tokenizer(ranks, {"o200k", false})->size() == 600);
}

TEST_CASE("a tokenizer.json that does not say its model's type gives the ids of one that does") {
  const auto typed = load_tokenizer(field_file("typed_model_tokenizer.json"));
  const auto untyped = load_tokenizer(field_file("untyped_model_tokenizer.json"));
  for (const char* text : {"", "he said: the end", "ehhe he", "é 🙂\n"}) {
    CHECK(untyped->encode(text) == typed->encode(text));
    CHECK(untyped->count(text) == typed->count(text));
  }
  CHECK(untyped->encode("he") == std::vector<std::uint32_t>{256});
}

}  // namespace load_tokenizer_test
