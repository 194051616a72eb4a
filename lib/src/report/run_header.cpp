#include "llmload/run_header.hpp"

#include "llmload/version.hpp"
#include "protocol/secrets/redactor.hpp"
#include "protocol/target/shown_url.hpp"

namespace llmload {

RunHeader header_of(const Plan& plan) {
  RunHeader header;
  header.version = version();
  header.label = plan.label;
  header.run_id = plan.run_id;
  header.host = plan.host;
  header.dialect = dialect_of(plan).name();
  header.model = protocol::Redactor(plan).redact(plan.model);
  for (const Endpoint& endpoint : plan.endpoints)
    header.endpoints.push_back(protocol::shown_url(endpoint.url));
  header.cores = shard_count(plan);
  header.stages = plan.stages;
  header.settings = metrics::summary_settings(plan);
  header.prompts_description = plan.prompts_description;
  header.salt = plan.salt;
  header.tokenizer_description = plan.tokenizer_description;
  header.tokenizer_sha256 = plan.tokenizer_sha256;
  header.record_text = plan.record_text;
  header.warnings = plan.warnings;
  header.parameters_json = plan.parameters_json;
  return header;
}

}  // namespace llmload
