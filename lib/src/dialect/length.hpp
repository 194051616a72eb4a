#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string_view>

namespace llmload::dialect {

// How long an answer may be, in bodies and in what is merged into them. `names`: Dialect::length_names().

/// Says it under each of the names that `body` has, else under the first. Without names: nothing is done.
void set_length(boost::json::object& body, std::span<const std::string_view> names, unsigned tokens);

}  // namespace llmload::dialect
