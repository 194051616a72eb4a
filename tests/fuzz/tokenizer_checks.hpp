#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/pieces.hpp"
#include "llmload/tokenizer.hpp"

namespace fuzz {

/// A text that comes in pieces has the count of the whole, and what was settled stays.
inline void check_stream(const llmload::ModelTokenizer& tokenizer, const Pieces& text) {
  llmload::StreamCounter counter(tokenizer);
  std::size_t settled = 0;
  for (const std::string_view piece : text.pieces) {
    counter.add(piece);
    require(counter.settled() >= settled, "what is settled never falls");
    settled = counter.settled();
    const auto so_far = static_cast<std::size_t>(piece.data() + piece.size() - text.whole.data());
    require(counter.total() == tokenizer.count(text.whole.substr(0, so_far)),
            "a stream has the whole's count");
    require(settled <= counter.total(), "what is settled is part of all");
  }
}

/// The bytes of all ids of `text`, after a check of each id.
inline std::string decoded(const llmload::ModelTokenizer& tokenizer, std::string_view text) {
  const std::vector<std::uint32_t> ids = tokenizer.encode(text);
  require(tokenizer.count(text) == ids.size(), "the count is the number of ids");
  std::string bytes;
  for (const std::uint32_t id : ids) {
    require(id < tokenizer.size(), "an id of the vocabulary");
    bytes += tokenizer.piece(id);
  }
  return bytes;
}

/// A tokenizer that was made of a file of nonsense has to keep its promises, too.
inline void check_any(const llmload::ModelTokenizer& tokenizer) {
  require(!tokenizer.description().empty(), "a tokenizer tells what it is");
  for (std::uint32_t id = 0; id < tokenizer.size(); ++id) static_cast<void>(tokenizer.piece(id));
  std::string every_byte = "It's 2026: the <s>tokens</s> of \xC3\xA9t\xC3\xA9, e\xCC\x81 \xE2\x96\x81 \n\n  ";
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  decoded(tokenizer, every_byte);
  const std::string_view text = every_byte;
  check_stream(tokenizer, {text, {text.substr(0, 20), text.substr(20, 21), text.substr(41)}});
}

}  // namespace fuzz
