#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/added_tokens.hpp"
#include "tokenize/bytelevel/merge_table.hpp"
#include "tokenize/formats/json_reader.hpp"
#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

// The parts of a tokenizer.json that all BPE models have. Each throws InputError for what is broken.

/// The bytes that a token stands for, as it is spelled in the file; nothing if no text has it.
using Spelling = std::optional<std::string> (*)(std::string_view);

std::vector<AddedToken> read_added_tokens(const JsonReader& list);

/// The vocabulary, with room for the ids of the added tokens.
Vocabulary read_vocabulary(const JsonReader& list, const std::vector<AddedToken>& added, Spelling bytes_of);

MergeTable read_merges(const JsonReader& list, const Vocabulary& vocabulary, Spelling bytes_of);

/// The steps of a pre-tokenizer or a normalizer, with those of its sequences, which are in `members`.
std::vector<JsonReader> steps_of(const JsonReader& step, std::string_view members);

}  // namespace llmload::tokenize
