#include "protocol/redactor.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "text/utf8.hpp"

namespace llmload::protocol {
namespace {

constexpr std::string_view bearer = "Bearer ";
constexpr std::size_t shortest_header_secret = 8;  // "true" in a header is no secret

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

Redactor::Redactor(const Plan& plan) {
  if (!plan.api_key.empty()) add(plan.api_key.reveal());
  for (const auto& [name, value] : plan.extra_headers) {
    if (value.size() >= shortest_header_secret) add(value);
  }
  std::ranges::sort(secrets_, std::ranges::greater{}, &std::string::size);
}

void Redactor::add(const std::string& secret) {
  secrets_.push_back(secret);
  const std::string escaped = boost::json::serialize(boost::json::string(secret));
  if (escaped.size() != secret.size() + 2) secrets_.push_back(escaped.substr(1, escaped.size() - 2));
  if (secret.starts_with(bearer) && secret.size() > bearer.size()) add(secret.substr(bearer.size()));
}

std::string Redactor::redact(std::string text) const {
  static constexpr std::string_view mask = "[redacted]";
  for (const std::string& secret : secrets_) {
    if (secret.size() > text.size()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size())) {
      text.replace(at, secret.size(), mask);
    }
  }
  return text;
}

std::string Redactor::line(std::string text, std::size_t limit) const {
  text = llmload::text::valid_utf8(redact(std::move(text)));
  const bool plain = text.size() <= limit && std::ranges::none_of(text, is_control) &&
                     text.find("  ") == std::string::npos && !text.starts_with(' ') && !text.ends_with(' ');
  if (plain) return text;
  std::string out;
  for (const char c : text) {
    const bool space = is_control(c) || c == ' ';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
    if (out.size() > limit) break;
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
