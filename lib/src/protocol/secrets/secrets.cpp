#include "protocol/secrets/secrets.hpp"

#include "protocol/target/shown_url.hpp"
#include "text/base64.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

void add_credentials(std::vector<NamedSecret>& to, const std::string& name, const std::string& credentials) {
  const auto colon = credentials.find(':');
  to.push_back({name, credentials});
  if (colon != std::string::npos) to.push_back({name, credentials.substr(colon + 1)});
}

}  // namespace

std::string_view without_scheme(std::string_view value) {
  for (const std::string_view scheme : {"bearer ", "basic "}) {
    if (value.size() > scheme.size() && text::lower(value.substr(0, scheme.size())) == scheme)
      return value.substr(scheme.size());
  }
  return value;
}

std::vector<NamedSecret> secrets_of(const Plan& plan) {
  std::vector<NamedSecret> secrets;
  if (!plan.api_key.empty())
    secrets.push_back({"API_KEY", std::string(without_scheme(plan.api_key.reveal()))});
  for (const auto& [header, value] : plan.extra_headers) {
    const std::string name = "EXTRA_HEADERS/" + header;
    const std::string_view secret = without_scheme(value);
    secrets.push_back({name, std::string(secret)});
    const bool basic = text::lower(value).starts_with("basic ");
    const auto credentials = basic ? text::decode_base64(secret) : std::nullopt;
    if (credentials) add_credentials(secrets, name, *credentials);
  }
  for (const Endpoint& endpoint : plan.endpoints) {
    if (endpoint.proxy && !endpoint.proxy->credentials.empty())
      add_credentials(secrets, "the proxy's password", endpoint.proxy->credentials.reveal());
    for (std::string& value : query_values(endpoint.target)) secrets.push_back({"", std::move(value)});
  }
  for (std::string& value : query_values(plan.server_metrics)) secrets.push_back({"", std::move(value)});
  return secrets;
}

}  // namespace llmload::protocol
