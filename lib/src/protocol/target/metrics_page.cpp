#include "protocol/target/metrics_page.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/http/model_list.hpp"
#include "protocol/target/parse_url.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

auto of_same_origin(const Plan& plan, const Endpoint& page) {
  return std::ranges::find_if(plan.endpoints, [&page](const Endpoint& endpoint) {
    return endpoint.tls == page.tls && endpoint.host == page.host && endpoint.port == page.port;
  });
}

/// Beside the first endpoint's "/v1".
std::optional<Endpoint> found_page(const Plan& plan) {
  constexpr std::string_view models = "/v1/models";
  const Endpoint& first = plan.endpoints.front();
  auto target = models_target(first.target, dialect_of(plan).path_suffix());
  if (!target) return std::nullopt;
  target->resize(target->rfind(models));  // with the query string, which is of the API
  Endpoint page = first;
  page.target = *target + "/metrics";
  return page;
}

}  // namespace

std::optional<Endpoint> metrics_page(const Plan& plan) {
  if (plan.server_metrics.empty()) return std::nullopt;
  if (plan.server_metrics == "auto") return found_page(plan);
  Endpoint page = parse_url(plan.server_metrics);
  page.dialect = plan.endpoints.front().dialect;  // which says how a key is sent
  if (const auto same = of_same_origin(plan, page); same != plan.endpoints.end()) page.proxy = same->proxy;
  return page;
}

bool has_origin_of_an_endpoint(const Plan& plan, const Endpoint& page) {
  return of_same_origin(plan, page) != plan.endpoints.end();
}

Plan plan_of_page(const Plan& plan, Endpoint page) {
  Plan asks;
  asks.connection = Connection::per_request;
  asks.ca_pem = plan.ca_pem;
  asks.tls_verify = plan.tls_verify;
  asks.auth = Auth::none;
  if (has_origin_of_an_endpoint(plan, page)) {
    asks.api_key = plan.api_key;
    asks.credentials = plan.credentials;
    asks.auth = plan.auth;
    asks.extra_headers = plan.extra_headers;
    asks.client_certificate_pem = plan.client_certificate_pem;
    asks.client_key_pem = plan.client_key_pem;
    asks.allow_plaintext_key = plan.allow_plaintext_key;
  }
  std::erase_if(asks.extra_headers, [](const auto& h) { return text::iequals(h.first, "accept"); });
  asks.extra_headers.emplace_back("Accept", "text/plain");
  asks.endpoints = {std::move(page)};
  return asks;
}

}  // namespace llmload::protocol
