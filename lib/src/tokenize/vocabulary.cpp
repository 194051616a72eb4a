#include "tokenize/vocabulary.hpp"

#include <bit>
#include <functional>

namespace llmload::tokenize {

Vocabulary::Vocabulary(std::size_t size, std::size_t bytes_expected)
    : extents_(size), slots_(std::bit_ceil(2 * size + 1)) {
  bytes_.reserve(bytes_expected);
}

void Vocabulary::add(TokenId id, std::string_view bytes) {
  Slot& slot = slots_[slot_of(bytes)];
  slot.id = id;
  slot.hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(bytes));
  extents_[id] = {static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(bytes.size())};
  bytes_.append(bytes);
  if (bytes.size() > longest_) longest_ = bytes.size();
}

/// The slot of `bytes`, or the empty one where they would go.
std::size_t Vocabulary::slot_of(std::string_view bytes) const {
  const std::size_t mask = slots_.size() - 1;
  const std::size_t hash = std::hash<std::string_view>{}(bytes);
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.id == no_token) return at;
    if (slot.hash == static_cast<std::uint32_t>(hash) && this->bytes(slot.id) == bytes) return at;
  }
}

}  // namespace llmload::tokenize
