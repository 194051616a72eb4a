#pragma once

#include <optional>
#include <string>
#include <vector>

namespace llmload::workload {

/// Reads the prompts of an input.jsonl: one JSON object keyed by length ("5" "25" ... "2k"), of which
/// `length` picks one ("25" where it is not given); or a real JSONL file, one prompt a line: a string, or an
/// object with "prompt" or "text". Throws InputError with file and place.
std::vector<std::string> read_prompts(const std::string& file, const std::optional<std::string>& length);

}  // namespace llmload::workload
