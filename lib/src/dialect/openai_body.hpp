#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "llmload/dialect.hpp"

namespace llmload::dialect {

// What the bodies of OpenAI's calls have in common, in the order of their members.

inline constexpr std::array<std::string_view, 2> openai_usage_question = {"stream_options", "include_usage"};

inline boost::json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

/// A message of a conversation. Throws InputError where its JSON is no object.
boost::json::value openai_message(const Message& message);
/// The model.
boost::json::object begin_openai_body(const BodySettings& settings);
/// How long the answer may be, and how it is drawn.
void add_openai_settings(const BodySettings& settings, boost::json::object& body);
/// The question for usage; then it is text.
std::string end_openai_body(const BodySettings& settings, boost::json::object body);

}  // namespace llmload::dialect
