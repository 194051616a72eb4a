#include <algorithm>
#include <cstdlib>

#include "config/keys.hpp"
#include "llmload/error.hpp"
#include "protocol/proxy.hpp"

namespace llmload::config {
namespace {

/// The first of two variables that is set and not empty, with that name.
std::pair<std::string, std::string> environment(const char* name, const char* other) {
  for (const char* candidate : {name, other}) {
    const char* const value = std::getenv(candidate);
    if (value != nullptr && *value != '\0') return {candidate, value};
  }
  return {};
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
  if (d.allow_plaintext_key || d.plan.auth == Auth::none) return;
  for (const Endpoint& endpoint : d.plan.endpoints) {
    if (endpoint.tls || protocol::is_loopback(endpoint.host)) continue;
    throw InputError(
        where + ": the key would be sent to " + endpoint.host +
        " over http, where anyone on the way can read it; use https, AUTH \"none\", or allow it with "
        "ALLOW_PLAINTEXT_KEY");
  }
}

}  // namespace llmload::config
