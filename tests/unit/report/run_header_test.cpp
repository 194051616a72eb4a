#include "llmload/run_header.hpp"

#include "llmload/version.hpp"
#include "support/catch.hpp"

namespace run_header_test {

using namespace llmload;

TEST_CASE("a run's header has what the outputs say of its plan, and URLs as they may be shown") {
  Plan p;
  p.endpoints = {parse_endpoint("https://a/v1/completions?code=q-0123456789"),
                 parse_endpoint("https://b:8443/completions")};
  p.stages = {{ClosedLoop{4}, 40}};
  p.run_id = "id";
  p.host = "machine";
  p.model = "a model";
  p.cores = 3;
  p.cache = CachePolicy::unique;
  p.salt = "a salt";
  p.stream = true;
  p.quota = Quota{1, {}};
  p.max_error_rate = 0.5;
  p.connection = Connection::per_request;
  p.endpoints_in_process = true;
  p.prompts_description = "some prompts";
  p.tokenizer_description = "some tokenizer";
  p.tokenizer_sha256 = "ab12";
  p.record_text = false;
  p.warnings = {"careful"};
  p.parameters_json = R"({"SEED":7})";
  const RunHeader h = header_of(p);
  CHECK(h.version == version());
  CHECK(h.run_id == "id");
  CHECK(h.host == "machine");
  CHECK(h.dialect == "completions");
  CHECK(h.model == "a model");
  CHECK(h.endpoints ==
        std::vector<std::string>{"https://a/v1/completions?code", "https://b:8443/completions"});
  CHECK(h.cores == 3);
  CHECK(h.stages == p.stages);
  CHECK(h.settings.stream);
  CHECK(h.settings.quota);
  CHECK(h.settings.simulated);
  CHECK(h.settings.own_connections);
  CHECK(h.settings.cache == CachePolicy::unique);
  CHECK(h.settings.max_error_rate == 0.5);
  CHECK(h.salt == "a salt");
  CHECK(h.prompts_description == "some prompts");
  CHECK(h.tokenizer_description == "some tokenizer");
  CHECK(h.tokenizer_sha256 == "ab12");
  CHECK_FALSE(h.record_text);
  CHECK(h.warnings == p.warnings);
  CHECK(h.parameters_json == p.parameters_json);
}

TEST_CASE("a model's name that repeats the key does not show it") {
  Plan p;
  p.api_key = Secret("sk-0123456789abcdef");
  p.model = "my sk-0123456789abcdef";
  CHECK(header_of(p).model == "my [redacted]");
}

TEST_CASE("a plan that leaves the cores open has those of the machine in its header") {
  CHECK(header_of({}).cores == shard_count({}));
}

}  // namespace run_header_test
