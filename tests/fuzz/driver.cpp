// Runs a fuzz target on the files of some folders, and for a few seconds on mutations of them, the same ones
// each time:
//   fuzz_TARGET FOLDER...
// A folder that is not there has none. The input that a target fails on is left in the current folder as
// `crash`.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include "fuzz/pieces.hpp"

namespace {

namespace fs = std::filesystem;

constexpr int most_runs = 100'000;
constexpr std::chrono::seconds longest{4};

/// In an order that is the same everywhere.
std::vector<std::string> seeds(const std::vector<std::string>& folders) {
  std::vector<fs::path> files;
  for (const std::string& folder : folders) {
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  }
  std::ranges::sort(files, {}, &fs::path::filename);
  std::vector<std::string> texts;
  for (const fs::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return texts;
}

/// The generator's numbers are the same everywhere; the standard's distributions are not.
class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& texts) : texts_(texts) {}

  std::string next() {
    std::string text = any_seed();
    for (auto changes = below(4); changes > 0; --changes) change(text);
    if (below(2) == 0) return text;
    for (auto cuts = below(16); cuts > 0; --cuts) text += byte();  // how a target splits it: pieces.hpp
    text += byte();
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
  char byte() { return static_cast<char>(below(256)); }
  const std::string& any_seed() { return texts_[below(texts_.size())]; }

  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1), size = below(text.size() - at + 1) % 64;
    switch (below(6)) {
      case 0: text.resize(at); return;
      case 1: text.erase(at, size); return;
      case 2: text.insert(at, std::string(text.substr(at, size))); return;
      case 3: text.insert(at, 1, "\r\n:{}[]\",0f \xff"[below(14)]); return;
      case 4: {
        const std::string& other = any_seed();
        text.insert(at, other.substr(below(other.size() + 1), 64));
        return;
      }
      default:
        if (at < text.size()) text[at] = byte();
    }
  }

  const std::vector<std::string>& texts_;
  std::mt19937_64 random_{1};
};

std::string_view under_test;

void keep_input(int /*signal*/) {
  std::FILE* const file = std::fopen("crash", "wb");
  if (file == nullptr) return;
  std::fwrite(under_test.data(), 1, under_test.size(), file);
  std::fclose(file);
}

void run(const std::string& input) {
  under_test = input;
  // In memory of its own size, so that a sanitizer sees a read behind it.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> texts = seeds({argv + 1, argv + argc});
  if (texts.empty()) {
    std::cerr << "usage: " << argv[0] << " FOLDER..., with files to start from\n";
    return 2;
  }
  std::signal(SIGABRT, keep_input);
  for (const std::string& text : texts) run(text);
  Mutator mutator(texts);
  const auto end = std::chrono::steady_clock::now() + longest;
  int runs = 0;
  for (; runs < most_runs && std::chrono::steady_clock::now() < end; ++runs) run(mutator.next());
  std::cout << texts.size() << " files and " << runs << " mutations of them\n";
}
