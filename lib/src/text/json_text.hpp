#pragma once

#include <boost/json/parse_options.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace llmload::text {

/// Parses a file's text; a BOM is skipped. Throws InputError with line, column and what is wrong there.
boost::json::value parse_json(std::string_view text, const std::string& file);

/// Parses one line of a file; a BOM is skipped. `place` names the file and the line in the InputError.
boost::json::value parse_json_line(std::string_view line, const std::string& place,
                                   const boost::json::parse_options& options = {});

/// What is wrong with a text of one line that is no JSON: "invalid JSON at column 3: ...". "" where it is.
std::string problem_of_json_line(std::string_view line);

/// Parses one line of many, fast. Throws InputError with what is wrong alone: as problem_of_json_line() says,
/// or where an object has two members of one name.
boost::json::value parse_json_row(std::string_view line);

/// None of its numbers is infinite: a number beyond 1.8e308 is read as that, which no text can say.
bool is_finite(const boost::json::value& value);

/// For people: "a number", "a list".
std::string_view kind_of(const boost::json::value& value);

}  // namespace llmload::text
