#include "tokenize/vocabulary.hpp"

#include <algorithm>
#include <bit>

namespace llmload::tokenize {

Vocabulary::Vocabulary(std::size_t size, std::size_t bytes_expected)
    : extents_(size), slots_(std::bit_ceil(2 * size + 1)) {
  bytes_.reserve(bytes_expected);
}

void Vocabulary::add(TokenId id, std::string_view bytes) {
  const std::uint64_t key = key_of(bytes);
  const auto size = static_cast<std::uint32_t>(bytes.size());
  slots_[slot_of(bytes, key)] = {key, id, size};
  extents_[id] = {static_cast<std::uint32_t>(bytes_.size()), size};
  bytes_.append(bytes);
  longest_ = std::max(longest_, bytes.size());
}

void Vocabulary::hide(TokenId id) {
  const std::string_view hidden = bytes(id);
  slots_[slot_of(hidden, key_of(hidden))].size = hidden_size;
}

}  // namespace llmload::tokenize
