#include <string>

#include "engine/prepare/request_maker.hpp"
#include "engine/stage_run.hpp"
#include "llmload/budget.hpp"
#include "llmload/error.hpp"
#include "protocol/http/request_writer.hpp"
#include "protocol/secrets/redactor.hpp"
#include "protocol/target/shown_url.hpp"

namespace llmload {
namespace {

constexpr const char* redacted = "[redacted]";

/// The same plan without what may be a secret.
Plan shown(Plan plan) {
  plan.quota.reset();  // what it is charged is not asked
  for (auto& [name, value] : plan.extra_headers) value = redacted;
  for (Endpoint& endpoint : plan.endpoints) endpoint.target = protocol::shown_url(endpoint.target);
  return plan;
}

}  // namespace

std::string first_request(const Plan& plan) {
  if (plan.stages.empty()) throw InputError("the plan has no stages");
  const Plan without = shown(plan);
  const protocol::RequestWriter writer(without);
  const Stage& stage = without.stages.front();
  const auto [request, is_new] = engine::RequestMaker(without, writer).make(stage, 0, 0);
  const std::size_t endpoint = engine::endpoint_of(stage, without.endpoints.size(), 0);
  const std::string head = writer.head(endpoint, request->body.size(), redacted, request->headers);
  return protocol::Redactor(plan).redact(head + request->body);
}

}  // namespace llmload
