#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace llmload::dialect {

// How long an answer may be, in bodies and in what is merged into them. `names`: Dialect::length_names().

/// Brings what a patch says of it under one of `names`: a number under another API's goes under the first,
/// and no other of them is left in what it is merged into. A null under another API's takes out what is not
/// there, and goes. False: it has two numbers.
[[nodiscard]] bool translate_length(boost::json::object& patch, std::span<const std::string_view> names);

/// What a patch gives as one, under whatever API's name. Empty: nothing, or no whole number that may be one.
[[nodiscard]] std::optional<unsigned> length_in(const boost::json::object& patch);

/// Says it under each of the names that `body` has, else under the first. Without names: nothing is done.
void set_length(boost::json::object& body, std::span<const std::string_view> names, unsigned tokens);

}  // namespace llmload::dialect
