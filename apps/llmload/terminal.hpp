#pragma once

#include <string_view>

namespace llmload::cli {

/// A line on standard error: made printable, since it may quote a file or a server.
void tell(std::string_view line);

}  // namespace llmload::cli
