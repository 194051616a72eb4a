#include <algorithm>
#include <cstdlib>
#include <initializer_list>

#include "config/keys.hpp"
#include "llmload/error.hpp"
#include "protocol/no_proxy.hpp"
#include "protocol/proxy.hpp"
#include "text/lower.hpp"
#include "text/trim.hpp"

namespace llmload::config {
namespace {

/// The first of two variables that is set and not blank, with that name.
std::pair<std::string, std::string> environment(const char* name, const char* other) {
  for (const char* candidate : {name, other}) {
    const char* const value = std::getenv(candidate);
    const std::string_view word = value == nullptr ? "" : text::trimmed(value);
    if (!word.empty()) return {candidate, std::string(word)};
  }
  return {};
}

/// By its name: "Authorization", "api-key", "Ocp-Apim-Subscription-Key", "Cookie" and their like.
bool may_hold_a_key(std::string_view header) {
  const std::string name = text::lower(header);
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"auth", "key", "token", "cookie", "secret"},
      [&name](std::string_view part) { return name.find(part) != std::string::npos; });
}

}  // namespace

void set_proxies(Plan& plan) {
  const auto [name, url] = environment("HTTPS_PROXY", "https_proxy");
  if (url.empty()) return;
  const std::string exceptions = environment("NO_PROXY", "no_proxy").second;
  for (Endpoint& endpoint : plan.endpoints) {
    if (!endpoint.tls || protocol::bypasses_proxy(endpoint, exceptions)) continue;
    try {
      endpoint.proxy = protocol::parse_proxy(url);
    } catch (const InputError& e) {
      throw InputError("the environment's " + name + ": " + e.what());
    }
  }
}

void check_plaintext_key(const Draft& d, const std::string& where) {
  const bool sends_key =
      d.plan.auth != Auth::none ||
      std::ranges::any_of(d.plan.extra_headers, [](const auto& h) { return may_hold_a_key(h.first); });
  if (d.allow_plaintext_key || !sends_key) return;
  for (const Endpoint& endpoint : d.plan.endpoints) {
    if (endpoint.tls || protocol::is_loopback(endpoint.host)) continue;
    throw InputError(
        where + ": the key would be sent to " + endpoint.host +
        " over http, where anyone on the way can read it; use https, AUTH \"none\", or allow it with "
        "ALLOW_PLAINTEXT_KEY");
  }
}

}  // namespace llmload::config
