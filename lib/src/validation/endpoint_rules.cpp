#include <charconv>
#include <string>
#include <string_view>

#include "llmload/error.hpp"
#include "protocol/target/ip_address.hpp"
#include "protocol/target/metrics_page.hpp"
#include "protocol/target/no_proxy.hpp"
#include "protocol/target/plaintext_key.hpp"
#include "text/characters.hpp"
#include "text/lower.hpp"
#include "validation/refuse.hpp"
#include "validation/rules.hpp"

namespace llmload::validation {
namespace {

/// What stands in the first lines of a request, between blanks and line ends.
void require_visible(const std::string& member, std::string_view value) {
  if (!text::is_visible(value)) {
    refuse(member,
           "has a line end, a blank, or another character that no URL has: it would end its line of the "
           "request's head, or split it");
  }
}

void check_host(const std::string& member, const std::string& host) {
  if (host.empty()) refuse(member, "is empty");
  require_visible(member, host);
  if (host.find_first_of("/?#@[]\\") != std::string::npos)
    refuse(member, "must be a name or an address and nothing else, without brackets");
  if (host.find(':') != std::string::npos && !protocol::parse_ip(host))
    refuse(member, "has a \":\" and is no IPv6 address; the port is a member of its own");
}

void check_port(const std::string& member, std::string_view port) {
  unsigned number = 0;
  const char* const end = port.data() + port.size();
  const auto [at, error] = std::from_chars(port.data(), end, number);
  if (error != std::errc() || at != end || number < 1 || number > 65'535)
    refuse(member, "must be a number from 1 to 65535");
}

void check_target(const std::string& member, const Endpoint& endpoint) {
  const std::string_view target = endpoint.target;
  require_visible(member, target);
  if (!target.starts_with('/')) refuse(member, "must begin with /");
  if (target.find('#') != std::string_view::npos) refuse(member, "has a #, which no server is sent");
  const std::string_view suffix = endpoint.dialect->path_suffix();
  if (!target.substr(0, target.find('?')).ends_with(suffix))
    refuse(member, "must have a path that ends in " + std::string(suffix) + ", as its dialect's do");
}

void check_dialect(const std::string& member, const Endpoint& endpoint, const Dialect* first) {
  if (!endpoint.dialect) refuse(member, "is null");
  if (endpoint.dialect.get() != first) {
    refuse(member, "mixes " + std::string(endpoint.dialect->name()) + " with " + std::string(first->name()) +
                       ": all endpoints of a run must be of one kind");
  }
}

void check_proxy(const std::string& member, const Endpoint& endpoint) {
  if (!endpoint.tls) refuse(member, "is a proxy for an endpoint over http: only https goes through a tunnel");
  check_host(member + ".host", endpoint.proxy->host);
  check_port(member + ".port", endpoint.proxy->port);
}

}  // namespace

void check_endpoints(const Plan& plan) {
  if (plan.endpoints.empty()) refuse("endpoints", "is empty: the plan has no endpoint");
  for (std::size_t i = 0; i < plan.endpoints.size(); ++i) {
    const Endpoint& endpoint = plan.endpoints[i];
    const std::string member = item("endpoints", i);
    check_dialect(member + ".dialect", endpoint, plan.endpoints.front().dialect.get());
    if (text::has_control_character(endpoint.url)) refuse(member + ".url", "has a control character");
    require_utf8(member + ".url", endpoint.url);
    check_host(member + ".host", endpoint.host);
    // Azure's names, loopback's and those of NO_PROXY are told by their letters.
    if (text::lower(endpoint.host) != endpoint.host) refuse(member + ".host", "must be in lower case");
    check_port(member + ".port", endpoint.port);
    check_target(member + ".target", endpoint);
    if (endpoint.proxy) check_proxy(member + ".proxy", endpoint);
    // A name that should be of loopback is taken at its word: run() looks at the addresses.
    if (protocol::is_loopback(endpoint.host)) continue;
    if (plan.endpoints_in_process)
      refuse("endpoints_in_process", "is true, and " + member + " is not of this machine");
    if (protocol::needs_loopback(plan, endpoint)) {
      refuse("allow_plaintext_key", "is false, and " + protocol::plaintext_key_danger(endpoint.host) +
                                        "; use https, or send no key");
    }
  }
}

void check_server_metrics(const Plan& plan) {
  try {
    (void)protocol::metrics_page(plan);
  } catch (const InputError& e) {
    refuse("server_metrics", e.what());
  }
}

}  // namespace llmload::validation
