#include "protocol/redactor.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "text/base64.hpp"
#include "text/printable.hpp"
#include "text/utf8.hpp"

namespace llmload::protocol {
namespace {

constexpr std::string_view bearer = "Bearer ";
constexpr std::size_t shortest_header_secret = 8;  // "true" in a header is no secret

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

Redactor::Redactor(const Plan& plan) : key_command_(plan.key_command) {
  if (!plan.api_key.empty()) add(plan.api_key.reveal(), secrets_);
  for (const auto& [name, value] : plan.extra_headers) {
    if (value.size() >= shortest_header_secret) add(value, secrets_);
  }
  for (const Endpoint& endpoint : plan.endpoints) {
    if (!endpoint.proxy || endpoint.proxy->credentials.empty()) continue;
    const std::string& credentials = endpoint.proxy->credentials.reveal();
    const std::string password = credentials.substr(credentials.find(':') + 1);
    add(credentials, secrets_);
    add(text::encode_base64(credentials), secrets_);
    if (password.size() >= shortest_header_secret) add(password, secrets_);
  }
  std::ranges::sort(secrets_, std::ranges::greater{}, &std::string::size);
}

void Redactor::add(const std::string& secret, Secrets& secrets) {
  secrets.push_back(secret);
  const std::string escaped = boost::json::serialize(boost::json::string(secret));
  if (escaped.size() != secret.size() + 2) secrets.push_back(escaped.substr(1, escaped.size() - 2));
  if (secret.starts_with(bearer) && secret.size() > bearer.size()) add(secret.substr(bearer.size()), secrets);
}

std::string Redactor::redact(std::string text) const {
  static constexpr std::string_view mask = "[redacted]";
  const auto take_out = [&text](const Secrets& secrets) {
    for (const std::string& secret : secrets) {
      if (secret.size() > text.size()) continue;
      for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size()))
        text.replace(at, secret.size(), mask);
    }
  };
  take_out(secrets_);
  if (!key_command_ || text.empty()) return text;
  Secrets issued;
  for (const std::string& key : *key_command_->issued()) add(key, issued);
  take_out(issued);
  return text;
}

std::string Redactor::line(std::string text, std::size_t limit) const {
  text = llmload::text::valid_utf8(redact(std::move(text)));
  std::string out;
  for (std::string_view rest = text; !rest.empty() && out.size() <= limit;) {
    const std::size_t control = llmload::text::control_size(rest);
    const bool space = control != 0 || rest.front() == ' ';
    if (!space)
      out += rest.front();
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
    rest.remove_prefix(control != 0 ? control : 1);
  }
  if (out.size() > limit) {
    auto end = limit;
    while (end > 0 && is_continuation(out[end])) --end;
    out.resize(end);
    out += "...";
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace llmload::protocol
