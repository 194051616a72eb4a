#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace llmload::text {

/// `bytes` in standard, padded base64 (RFC 4648, section 4).
std::string encode_base64(std::string_view bytes);

/// The bytes of `text` in standard, padded base64; nothing if it is not that.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace llmload::text
