#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace llmload::text {

/// Behind the closing quote of the JSON string that begins at `at`; npos: it has none.
std::size_t behind_json_string(std::string_view text, std::size_t at);

/// The name of a member that an object in `json` has twice, of which a parser keeps one; empty: there is
/// none. `json` must be valid.
std::optional<std::string> name_given_twice(std::string_view json);

}  // namespace llmload::text
