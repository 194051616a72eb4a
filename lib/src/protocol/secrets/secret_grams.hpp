#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "protocol/secrets/decoded.hpp"

namespace llmload::protocol {

/// Secrets shorter than this, in bytes, are none: a search for "x" would only corrupt what it is in.
constexpr std::size_t shortest_secret = 8;

/// All that some secrets can be known by: each 12 bytes in a row of a longer one, all of a shorter one. They
/// are kept as they are compared: of ASCII's letters, digits and punctuation alone, in lower case. What has
/// too few of these is looked for as it is.
class SecretGrams {
 public:
  /// `secrets`: also those that are written with escapes themselves.
  explicit SecretGrams(const std::vector<std::string>& secrets);

  [[nodiscard]] bool empty() const { return grams_.empty() && literal_.empty(); }
  /// Bytes of the shortest gram.
  [[nodiscard]] std::size_t shortest() const { return lengths_.front(); }

  /// `last` with one more letter: the last 8 are kept.
  static std::uint64_t with_next(std::uint64_t last, char letter) {
    return last << 8U | static_cast<unsigned char>(letter);
  }
  /// False: no gram begins with these 8 letters.
  [[nodiscard]] bool may_begin(std::uint64_t letters) const { return begins_[bit_of(letters)]; }

  /// The parts of `text` that may hold a gram, in one of the ways to read it, with enough around them to find
  /// it there. Ordinary text has few, and this is quick.
  [[nodiscard]] std::vector<Span> doubtful_parts(std::string_view text) const;

  /// Appends where the secrets that are looked for as they are stand in `text`.
  void find_literal(std::string_view text, std::vector<Span>& found) const;

  /// Appends where grams are in `view`, each from its first to its last byte; those that overlap are one.
  void find(const Decoded& view, std::vector<Span>& found) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view gram) const { return std::hash<std::string_view>{}(gram); }
  };

  bool add(const Decoded& secret);
  [[nodiscard]] std::size_t bit_of(std::uint64_t begin) const {
    return static_cast<std::size_t>(begin * 0x9E3779B97F4A7C15U >> (64U - bits_));
  }

  std::unordered_set<std::string, Hash, std::equal_to<>> grams_;
  std::vector<std::string> literal_;
  std::vector<std::size_t> lengths_;  // of grams, ascending
  std::vector<bool> begins_;          // by the hash of a gram's first 8 letters
  unsigned bits_ = 0;                 // of that hash
};

}  // namespace llmload::protocol
