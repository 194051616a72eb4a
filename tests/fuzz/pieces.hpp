#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace fuzz {

/// An input's bytes, and the pieces into which its own end says to split them: the last byte is how many
/// numbers (0 to 15) stand before it, each the size of a piece; what they leave over is the last piece.
struct Pieces {
  std::string_view whole;
  std::vector<std::string_view> pieces;
};

inline Pieces split(const std::uint8_t* data, std::size_t size) {
  Pieces result;
  result.whole = {static_cast<const char*>(static_cast<const void*>(data)), size};
  std::string_view rest = result.whole;
  if (size > 0) {
    const std::size_t cuts = data[size - 1] % 16u;
    for (std::size_t i = 2; i < cuts + 2 && i <= size && !rest.empty(); ++i) {
      const auto piece = rest.substr(0, data[size - i]);
      result.pieces.push_back(piece);
      rest.remove_prefix(piece.size());
    }
  }
  result.pieces.push_back(rest);
  return result;
}

/// Ends the program, which is how a fuzz target reports.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
