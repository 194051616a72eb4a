#pragma once

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string>
#include <string_view>

#include "llmload/dialect.hpp"

namespace llmload::dialect {

// What the bodies of several APIs have in common, in the order of their members.

inline constexpr std::array<std::string_view, 2> openai_usage_question = {"stream_options", "include_usage"};

/// Dialect::length_names() of a chat, of which those that take one name alone have the first.
inline constexpr std::array<std::string_view, 2> chat_length_names = {"max_tokens", "max_completion_tokens"};

inline boost::json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

/// The model.
boost::json::object begin_body(const BodySettings& settings);
/// `{"role": .., "content": ..}`, or its own JSON. Throws InputError where that is no object.
boost::json::value to_json(const Message& message);
/// Adds each message to `list`.
void add_messages(std::span<const Message> messages, boost::json::array& list);
/// Why messages can't be sent where each has a role, for Dialect::problem_of().
std::string problem_of_roles(std::span<const Message> messages);
/// How long the answer may be, and how it is drawn.
void add_settings(const BodySettings& settings, boost::json::object& body);
/// How it is drawn alone.
void add_sampling(const BodySettings& settings, boost::json::object& body);
/// OpenAI's question for usage; then it is text.
std::string end_openai_body(const BodySettings& settings, boost::json::object body);

}  // namespace llmload::dialect
