// Runs a fuzz target on mutations of the answers in tests/data/dialects, the same ones each time; given a
// folder, it only writes these answers there, for libFuzzer to start from.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>

#include "fuzz/pieces.hpp"
#include "support/dialects.hpp"

namespace {

constexpr int runs = 100'000;

std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  for (const auto& dialect : test::dialects()) {
    const std::string wire = test::wire(dialect);
    texts.push_back(wire);
    texts.push_back(wire.substr(wire.find("\r\n\r\n") + 4));
  }
  return texts;
}

/// The generator's numbers are the same everywhere; the standard's distributions are not.
class Mutator {
 public:
  explicit Mutator(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  std::string next() {
    std::string text = any_seed();
    for (auto changes = below(4); changes > 0; --changes) change(text);
    for (auto cuts = below(16); cuts > 0; --cuts) text += byte();  // how the target splits it
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
        text.insert(at, other.substr(below(other.size()), 64));
        return;
      }
      default:
        if (at < text.size()) text[at] = byte();
    }
  }

  std::vector<std::string> texts_;
  std::mt19937_64 random_{1};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    int number = 0;
    std::filesystem::create_directories(argv[1]);
    for (const std::string& text : seeds())
      std::ofstream(std::filesystem::path(argv[1]) / std::to_string(number++), std::ios::binary) << text;
    return 0;
  }
  Mutator mutator(seeds());
  for (int i = 0; i < runs; ++i) {
    const std::string input = mutator.next();
    LLVMFuzzerTestOneInput(static_cast<const std::uint8_t*>(static_cast<const void*>(input.data())),
                           input.size());
  }
  std::cout << runs << " inputs\n";
}
