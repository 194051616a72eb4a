#include "simulator/server/http_answer.hpp"

#include <charconv>

namespace llmload::simulator {
namespace {

constexpr std::string_view line_end = "\r\n";

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 422: return "Unprocessable Entity";
    case 429: return "Too Many Requests";
    default: return "Error";
  }
}

}  // namespace

std::string header_fields(ServerStyle style, std::string_view request_id, bool keep_alive) {
  std::string fields = "x-request-id: ";
  fields += request_id;
  if (style == ServerStyle::azure_openai) {
    fields += "\r\napim-request-id: ";
    fields += request_id;
  }
  fields += keep_alive ? "\r\n" : "\r\nConnection: close\r\n";
  return fields;
}

std::string head(int status, std::string_view content_type, std::string_view fields,
                 std::string_view framing) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + ' ';
  for (const std::string_view part : {reason(status), std::string_view("\r\nContent-Type: "), content_type,
                                      std::string_view("\r\n"), fields, framing, std::string_view("\r\n")}) {
    out += part;
  }
  return out;
}

std::string content_length(std::size_t bytes) { return "Content-Length: " + std::to_string(bytes) + "\r\n"; }

std::string response(int status, std::string_view fields, std::string_view body,
                     std::string_view content_type) {
  std::string out = head(status, content_type, fields, content_length(body.size()));
  out += body;
  return out;
}

std::string stream_head(std::string_view fields, std::string_view framing) {
  std::string all = "Cache-Control: no-cache\r\n";
  all += fields;
  return head(200, event_stream_type, all, framing);
}

void append_chunk(std::initializer_list<std::string_view> parts, std::string& to) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  char digits[2 * sizeof size];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, size, 16).ptr);
  to += line_end;
  for (const std::string_view part : parts) to += part;
  to += line_end;
}

}  // namespace llmload::simulator
