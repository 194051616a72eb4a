#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "llmload/request_source.hpp"

namespace llmload::dataset {

// What of a row is text. Each throws InputError with what is wrong alone; `name`: the member's, for that.

std::string string_of(const std::string& name, const boost::json::value& value);

/// A list of messages, with a role each. What is more than a text stays as it is.
std::vector<Message> messages_of(const std::string& name, const boost::json::value& value);

/// The items of a Responses input: messages, and what has a type in place of a role, which stays as it is.
std::vector<Message> items_of(const std::string& name, const boost::json::value& value);

/// Which turns of a ShareGPT conversation are read.
enum class Turns { all, to_first_user };
std::vector<Message> turns_of(const std::string& name, const boost::json::value& value, Turns which);

}  // namespace llmload::dataset
