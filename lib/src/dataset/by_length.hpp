#pragma once

#include <string>

#include "dataset/row_reader.hpp"
#include "dataset/stored_file.hpp"

namespace llmload::dataset {

/// The prompt of `length` of a file that is one object of prompts by their length: "5", "25" ... "2k". Throws
/// InputError with file and place.
std::string prompt_of_length(const StoredFile& file, const RowReader& reader, const std::string& length);

}  // namespace llmload::dataset
