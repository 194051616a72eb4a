#pragma once

#include <llmload/export.hpp>
#include <string_view>

/// Of the headers; the build, its packages and version() take it from here. docs/versioning.md says what a
/// version promises.
#define LLMLOAD_VERSION_MAJOR 0
#define LLMLOAD_VERSION_MINOR 1
#define LLMLOAD_VERSION_PATCH 0
/// 10203 of 1.2.3, for comparisons in #if.
#define LLMLOAD_VERSION_NUMBER \
  (LLMLOAD_VERSION_MAJOR * 10000 + LLMLOAD_VERSION_MINOR * 100 + LLMLOAD_VERSION_PATCH)

namespace llmload {

/// Of the library that is linked: "1.2.3".
[[nodiscard]] LLMLOAD_EXPORT std::string_view version() noexcept;

}  // namespace llmload
