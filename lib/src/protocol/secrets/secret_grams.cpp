#include "protocol/secrets/secret_grams.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "protocol/secrets/readable.hpp"

namespace llmload::protocol {
namespace {

constexpr std::size_t gram_size = 12;

constexpr ByteTable<char> letter_of(letter);

/// The letters of a view, and the place in it of each.
struct Letters {
  explicit Letters(const Decoded& view) : text(view.text.size(), 0), at(view.text.size()) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < view.text.size(); ++i) {
      const char letter = letter_of(view.text[i]);
      text[size] = letter;
      at[size] = static_cast<std::uint32_t>(i);
      size += letter != 0 ? 1 : 0;
    }
    text.resize(size);
  }
  std::string text;
  std::vector<std::uint32_t> at;
};

/// Bits for so many grams that few texts without one have to be compared.
unsigned bits_for(std::size_t grams) { return static_cast<unsigned>(std::bit_width(grams * 256 | 0xFFFFU)); }

}  // namespace

SecretGrams::SecretGrams(const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    Decoded view = decoded_of(secret), unescaped;
    if (!add(view)) {
      if (secret.size() >= shortest_secret) literal_.push_back(secret);
      continue;
    }
    for (unsigned escapes = 0; escapes < most_escapes && unescape(view, unescaped); ++escapes) {
      std::swap(view, unescaped);
      add(view);
    }
  }
  std::ranges::sort(lengths_);
  lengths_.erase(std::unique(lengths_.begin(), lengths_.end()), lengths_.end());
  bits_ = bits_for(grams_.size());
  begins_.resize(std::size_t{1} << bits_);
  for (const std::string& gram : grams_) {
    std::uint64_t begin = 0;
    for (std::size_t i = 0; i < shortest_secret; ++i) begin = with_next(begin, gram[i]);
    begins_[bit_of(begin)] = true;
  }
}

/// False: it has too few letters.
bool SecretGrams::add(const Decoded& secret) {
  const std::string text = Letters(secret).text;
  if (text.size() < shortest_secret) return false;
  const std::size_t length = std::min(text.size(), gram_size);
  lengths_.push_back(length);
  for (std::size_t at = 0; at + length <= text.size(); ++at) grams_.insert(text.substr(at, length));
  return true;
}

void SecretGrams::find_literal(std::string_view text, std::vector<Span>& found) const {
  for (const std::string& secret : literal_) {
    for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + secret.size()))
      found.push_back({at, at + secret.size()});
  }
}

void SecretGrams::find(const Decoded& view, std::vector<Span>& found) const {
  const Letters letters(view);
  const std::string_view text = letters.text;
  std::uint64_t begin = 0;
  for (std::size_t next = 0; next < text.size(); ++next) {
    begin = with_next(begin, text[next]);
    if (next + 1 < shortest_secret || !may_begin(begin)) continue;
    const std::size_t at = next + 1 - shortest_secret;
    for (const std::size_t length : lengths_) {
      if (at + length > text.size() || !grams_.contains(text.substr(at, length))) continue;
      const Span span{view.spans[letters.at[at]].begin, view.spans[letters.at[at + length - 1]].end};
      const bool goes_on =
          !found.empty() && found.back().begin <= span.begin && span.begin <= found.back().end;
      if (goes_on)
        found.back().end = std::max(found.back().end, span.end);
      else
        found.push_back(span);
    }
  }
}

}  // namespace llmload::protocol
