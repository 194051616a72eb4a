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

/// The turns of a ShareGPT conversation, and those up to the first of the user.
std::vector<Message> all_turns_of(const std::string& name, const boost::json::value& value);
std::vector<Message> first_turns_of(const std::string& name, const boost::json::value& value);

}  // namespace llmload::dataset
