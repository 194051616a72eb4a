#pragma once

#include <string>

namespace llmload::text {

/// The SHA-256 of a file's bytes, in lower-case hex. Throws InputError where it can't be read.
std::string sha256_of_file(const std::string& path);

}  // namespace llmload::text
