#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace llmload::text {

/// Parses a file's text; a BOM is skipped. Throws InputError with line and column.
boost::json::value parse_json(std::string_view text, const std::string& file);

/// The whole file. Throws InputError where it can't be read.
std::string read_file(const std::string& path);

}  // namespace llmload::text
