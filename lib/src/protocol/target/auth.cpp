#include "protocol/target/auth.hpp"

namespace llmload::protocol {
namespace {

constexpr AuthHeader bearer_header{"Authorization", "Bearer "}, raw_header{"Authorization"},
    api_key_header{"api-key"};

AuthHeader header_of(Auth auth, const Dialect& dialect, std::string_view host) {
  switch (auth) {
    case Auth::automatic: return dialect.auth_header(host);
    case Auth::raw: return raw_header;
    case Auth::api_key: return api_key_header;
    case Auth::bearer:
    case Auth::none: break;
  }
  return bearer_header;
}

}  // namespace

AuthLine::AuthLine(Auth auth, const Dialect& dialect, std::string_view host)
    : auth_(auth), header_(header_of(auth, dialect, host)) {}

std::string AuthLine::with(const std::string& key) const {
  if (key.empty() || auth_ == Auth::none) return "";
  // Automatic sends a key that is a complete credential as what it is, whatever the host and the dialect.
  const bool complete = key.starts_with(bearer_header.prefix);
  const AuthHeader& header =
      complete && (auth_ == Auth::automatic || auth_ == Auth::bearer) ? raw_header : header_;
  std::string line(header.name);
  line.append(": ").append(header.prefix).append(key).append("\r\n");
  return line;
}

}  // namespace llmload::protocol
