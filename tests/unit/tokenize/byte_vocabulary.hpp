#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

/// A vocabulary for a test: the 256 single bytes by their value, then `tokens` from rank 256 on.
inline Vocabulary byte_vocabulary(std::initializer_list<std::string_view> tokens) {
  Vocabulary vocabulary(256 + tokens.size());
  TokenId id = 0;
  for (; id < 256; ++id) vocabulary.add(id, std::string(1, static_cast<char>(id)));
  for (const std::string_view token : tokens) vocabulary.add(id++, token);
  return vocabulary;
}

}  // namespace llmload::tokenize
