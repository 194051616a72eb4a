#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "llmload/simulator.hpp"

namespace llmload::simulator {

// Answers as HTTP/1.1. `fields` are header lines, each with its line end.

/// Those that each answer has.
std::string header_fields(ServerStyle style, std::string_view request_id, bool keep_alive);

/// A status line and all headers; `framing` is the one that says how long the body is.
std::string head(int status, std::string_view content_type, std::string_view fields,
                 std::string_view framing);
std::string content_length(std::size_t bytes);
inline constexpr std::string_view chunked = "Transfer-Encoding: chunked\r\n";
inline constexpr std::string_view json_type = "application/json", event_stream_type = "text/event-stream";

/// A whole answer.
std::string response(int status, std::string_view fields, std::string_view body,
                     std::string_view content_type = json_type);
std::string stream_head(std::string_view fields, std::string_view framing = chunked);

/// Appends a chunk that holds `parts`, one behind the other.
void append_chunk(std::initializer_list<std::string_view> parts, std::string& to);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace llmload::simulator
