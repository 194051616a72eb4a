#include "llmload/dialect.hpp"

namespace llmload {

AuthHeader Dialect::auth_header(std::string_view host) const {
  for (const std::string_view azure :
       {".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com"}) {
    if (host.ends_with(azure)) return {"api-key"};
  }
  return {"Authorization", "Bearer "};
}

}  // namespace llmload
