#pragma once

#include <string>

#include "llmload/request_source.hpp"

namespace llmload::protocol {

/// Why `spec` could not be sent, as a sentence's end: "a text that is not UTF-8". "" where it can. Whether
/// what is JSON in it is an object, is found where it is written.
std::string problem_of(const RequestSpec& spec);

}  // namespace llmload::protocol
