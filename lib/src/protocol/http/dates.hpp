#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace llmload::protocol {

/// "Wed, 21 Oct 2015 07:28:00 GMT".
std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text);

/// "2015-10-21T07:28:00Z", also with a part of a second, which is rounded up, and at an offset ("+02:00").
std::optional<std::chrono::sys_seconds> read_rfc3339(std::string_view text);

}  // namespace llmload::protocol
