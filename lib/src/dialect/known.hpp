#pragma once

#include <memory>
#include <string_view>

#include "llmload/dialect.hpp"

namespace llmload::dialect {

/// The one whose suffix a URL's path has; null: none has it.
std::shared_ptr<const Dialect> known_by_path(std::string_view path);

/// How the paths of those that are known end, and what each is for.
inline constexpr std::string_view known_paths =
    "chat/completions (a chat), completions (a pretrained model), responses (OpenAI's) or messages "
    "(Anthropic's)";

}  // namespace llmload::dialect
