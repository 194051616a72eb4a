#include "llmload/plan.hpp"
#include "validation/rules.hpp"

namespace llmload {

void validate(const Plan& plan) {
  using namespace validation;
  check_endpoints(plan);
  check_server_metrics(plan);
  check_headers(plan);
  check_stages(plan);
  check_numbers(plan);
  check_texts(plan);
  if (!plan.ca_pem.empty()) check_trusted_certificates(plan.ca_pem);
  check_client(plan);
}

}  // namespace llmload
