#pragma once

#include <string>
#include <string_view>

namespace llmload::protocol {

// What is wrong with a header that is given beside ours, as a sentence's end: "is set by llmload itself". ""
// where nothing is. Values may be secrets, and are not shown.

std::string problem_of_header_name(std::string_view name);
std::string problem_of_header_value(std::string_view value);

}  // namespace llmload::protocol
