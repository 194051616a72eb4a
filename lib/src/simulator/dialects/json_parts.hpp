#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "llmload/simulated_dialect.hpp"

namespace llmload::simulator {

// What the dialects share that read and write JSON.

inline constexpr std::string_view simulated_model = "simulated-llama";

/// One behind the other, in one allocation.
std::string joined(std::initializer_list<std::string_view> parts);
/// An event of a stream that has its type for a name: `data` has further members, each behind a comma.
std::string typed_event(std::string_view type, std::string_view members);
/// A text as a JSON string, with its quotes.
std::string json_string(std::string_view text);

/// The object of a request's body; where there is none `question` is refused.
std::optional<boost::json::object> read_object(std::string_view body, SimulatedQuestion& question);
/// The number under the first of `names` that has a value.
void read_max_tokens(const boost::json::object& payload, std::initializer_list<std::string_view> names,
                     SimulatedQuestion& question);
void read_stream(const boost::json::object& payload, SimulatedQuestion& question);

/// The text of a message's "content", or of a prompt: a string, or a list of parts.
void append_content(const boost::json::value& content, std::string& to);
/// The contents of all messages, joined. False: it is no list of messages, each of which has a content or a
/// member `instead`.
bool append_messages(const boost::json::value& messages, std::string_view instead, std::string& to);

}  // namespace llmload::simulator
