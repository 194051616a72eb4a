#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "llmload/request_record.hpp"
#include "llmload/tokenizer.hpp"

namespace llmload::tokenize {

/// Where each token of `text` ends, in bytes of it; ascending, and the last one at its end.
std::vector<std::size_t> token_ends(const ModelTokenizer& tokenizer, std::string_view text);

/// Counts the record's texts, each as a whole, and places their tokens on its time line: a token belongs to
/// the event that brought its last byte, so the events' tokens add up to the texts'.
void count_tokens(const Tokenizer& tokenizer, RequestRecord& record);

}  // namespace llmload::tokenize
