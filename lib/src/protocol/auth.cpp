#include "protocol/auth.hpp"

#include <string_view>

namespace llmload::protocol {
namespace {

Auth automatic_for(std::string_view host) {
  for (const std::string_view azure :
       {".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com"}) {
    if (host.ends_with(azure)) return Auth::api_key;
  }
  return Auth::bearer;
}

}  // namespace

std::string auth_header(const Plan& plan, const Endpoint& endpoint, const std::string& key) {
  if (key.empty()) return "";
  const Auth auth = plan.auth == Auth::automatic ? automatic_for(endpoint.host) : plan.auth;
  const bool complete = key.starts_with("Bearer ");
  switch (auth) {
    case Auth::none: return "";
    case Auth::raw: return "Authorization: " + key + "\r\n";
    case Auth::api_key:
      // Automatic sends a key that is a complete credential as what it is, whatever the host.
      if (plan.auth == Auth::automatic && complete) return "Authorization: " + key + "\r\n";
      return "api-key: " + key + "\r\n";
    case Auth::automatic:
    case Auth::bearer: break;
  }
  return "Authorization: " + (complete ? key : "Bearer " + key) + "\r\n";
}

}  // namespace llmload::protocol
