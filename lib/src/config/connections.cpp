#include <cstdlib>
#include <initializer_list>

#include "config/keys.hpp"
#include "llmload/error.hpp"
#include "protocol/target/no_proxy.hpp"
#include "protocol/target/proxy.hpp"
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

}  // namespace llmload::config
