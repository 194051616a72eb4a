#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "llmload/dialect.hpp"

namespace llmload::protocol {

/// Where the models of an endpoint are listed, whose path ends as its dialect says: "/v1/models" for
/// "/v1/chat/completions", with its query string. Empty: it is not right below a "/v1", where servers have
/// such a list.
std::optional<std::string> models_target(std::string_view target, std::string_view path_suffix);

/// What is answered there, read as an answer: its text is the names of the models, a line each; the last one
/// is empty where there are models without a name that can be shown and sent.
const Dialect& model_list();

}  // namespace llmload::protocol
