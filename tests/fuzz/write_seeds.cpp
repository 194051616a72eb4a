// Writes what fuzz targets start from into FOLDER/TARGET, made of the files in tests/data:
//   write_fuzz_seeds FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "support/dialects.hpp"

namespace {

namespace fs = std::filesystem;

const fs::path data = LLMLOAD_TEST_DATA;

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("can't read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  if (!stream.flush()) throw std::runtime_error("can't write " + file.string());
}

/// The answers as they are on the wire, and their bodies without the chunks of it.
void write_answers(const fs::path& folder) {
  for (const test::Dialect& dialect : test::dialects()) {
    const std::string wire = test::wire(dialect);
    for (const char* target : {"http_reader", "record_builder"}) write(folder / target / dialect.name, wire);
    const std::string file = read(data / "dialects" / (dialect.name + ".http"));
    const std::string body = file.substr(file.find("\n\n") + 2);
    for (const char* target : {"sse_parser", "chat_event"}) write(folder / target / dialect.name, body);
  }
  for (const test::Dialect& dialect : test::dialects_of_other_apis())
    write(folder / "record_builder" / dialect.name, test::wire(dialect));
  for (const fs::directory_entry& file : fs::directory_iterator(data / "field")) {
    const std::string wire = read(file.path()), name = file.path().stem().string();
    for (const char* target : {"http_reader", "record_builder"}) write(folder / target / name, wire);
    const std::string body = wire.substr(wire.find("\r\n\r\n") + 4);
    for (const char* target : {"sse_parser", "chat_event"}) write(folder / target / name, body);
  }
}

/// In short parts: to count each beginning of a long text takes a while.
void write_texts(const fs::path& folder) {
  const std::string text = read(data / "tokenize" / "training_text.txt");
  constexpr std::size_t size = 150;
  for (std::size_t at = 0; at < text.size(); at += size) {
    const std::string name = "training_text_" + std::to_string(at);
    for (const char* target : {"bpe", "sentencepiece_bpe"})
      write(folder / target / name, text.substr(at, size));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_fuzz_seeds FOLDER\n";
    return 2;
  }
  const fs::path folder = argv[1];
  write_answers(folder);
  write(folder / "tiktoken_file" / "tiny", read(data / "tokenize" / "tiny.tiktoken"));
  write(folder / "sentencepiece_model" / "tiny", read(data / "tokenize" / "tiny.model"));
  write_texts(folder);
}
