#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace llmload::tokenize {

/// The bytes of a token that is written in GPT-2's byte alphabet, as in a tokenizer.json: printable Latin-1
/// characters stand for themselves, those from U+0100 on for the other bytes. Nothing if `token` is not.
std::optional<std::string> from_byte_alphabet(std::string_view token);

}  // namespace llmload::tokenize
