// Writes what fuzz targets start from into FOLDER/TARGET, made of the files in tests/data:
//   write_fuzz_seeds FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "support/dialects.hpp"

namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  if (!stream.flush()) throw std::runtime_error("can't write " + file.string());
}

/// The answers as they are on the wire, and what is behind their heads.
void write_answers(const fs::path& folder) {
  for (const test::Dialect& dialect : test::dialects()) {
    const std::string wire = test::wire(dialect);
    write(folder / "record_builder" / dialect.name, wire);
    write(folder / "sse_parser" / dialect.name, wire.substr(wire.find("\r\n\r\n") + 4));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_fuzz_seeds FOLDER\n";
    return 2;
  }
  write_answers(argv[1]);
}
