#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "llmload/dialect.hpp"

namespace llmload::protocol {

/// Where the models of an endpoint are listed: "/v1/models" for "/v1/chat/completions", with its query
/// string. Empty: its path has no "/v1/", which is where servers have such a list.
std::optional<std::string> models_target(std::string_view target);

/// What is answered there, read as an answer: its text is the names of the models, a line each.
const Dialect& model_list();

}  // namespace llmload::protocol
