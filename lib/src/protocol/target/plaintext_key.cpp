#include "protocol/target/plaintext_key.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

bool sends_key(const Plan& plan) {
  const bool has_key = plan.credentials || !plan.api_key.empty();
  return (has_key && plan.auth != Auth::none) ||
         std::ranges::any_of(plan.extra_headers, [](const auto& h) { return may_hold_a_key(h.first); });
}

}  // namespace

bool may_hold_a_key(std::string_view header) {
  const std::string name = text::lower(header);
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"auth", "key", "token", "cookie", "secret", "password",
                                              "passwd", "passphrase", "credential", "signature"},
      [&name](std::string_view part) { return name.find(part) != std::string::npos; });
}

bool needs_loopback(const Plan& plan, const Endpoint& endpoint) {
  return !endpoint.tls && !plan.allow_plaintext_key && sends_key(plan);
}

std::string plaintext_key_danger(const std::string& place) {
  return "the key would be sent to " + place + " over http, where anyone on the way can read it";
}

std::string plaintext_key_refusal(const std::string& place) {
  return plaintext_key_danger(place) + "; use https, AUTH \"none\", or allow it with ALLOW_PLAINTEXT_KEY";
}

}  // namespace llmload::protocol
