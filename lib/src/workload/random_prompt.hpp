#pragma once

#include <cstdint>
#include <string>

#include "llmload/tokenizer.hpp"

namespace llmload::workload {

/// A prompt of `tokens` tokens: words of the tokenizer's vocabulary (printable ASCII, longer than 2), each
/// followed by a space, drawn from `seed`. Words are drawn anew where the last one overshoots; where no word
/// fits exactly, the prompt is as little too long as was found.
/// Throws InputError where the vocabulary has no such word.
std::string random_prompt(const ModelTokenizer& tokenizer, std::size_t tokens, std::uint64_t seed);

}  // namespace llmload::workload
