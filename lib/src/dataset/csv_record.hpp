#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace llmload::dataset {

/// The fields of a CSV record (RFC 4180), without its line end. Throws InputError with what is wrong alone.
std::vector<std::string> csv_fields(std::string_view record);

/// A record with the names of its columns; an empty field is not there. Throws InputError likewise, and where
/// there are more or fewer fields than columns.
boost::json::object csv_row(const std::vector<std::string>& columns, std::string_view record);

}  // namespace llmload::dataset
