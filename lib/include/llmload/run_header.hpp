#pragma once

#include <llmload/export.hpp>
#include <llmload/metrics.hpp>
#include <llmload/plan.hpp>
#include <string>
#include <vector>

namespace llmload {

/// What outputs say of a run before its numbers, and what these depend on. It has no place for a secret: no
/// key, no header, no proxy, and of URLs neither a user nor the values of a query.
struct RunHeader {
  std::string version;                 ///< of the llmload that ran it
  std::string label;                   ///< as in the Plan
  std::string run_id, host;            ///< as in the Plan, where run() has given them
  std::string dialect = "chat";        ///< its Dialect::name()
  std::string model;                   ///< that requests name; empty: none, or settings.models
  std::vector<std::string> endpoints;  ///< their URLs, in the plan's order; a records file has none
  unsigned cores = 1;                  ///< shards, a thread each
  std::vector<Stage> stages;           ///< read from a file, a pacer only says that there was one
  metrics::SummarySettings settings;   ///< what the numbers depend on; also whether it is simulated
  std::string prompts_description;     ///< as in the Plan, and so all that follows
  std::string salt;
  std::string tokenizer_description = "server usage";
  std::string tokenizer_sha256;
  bool record_text = true;
  std::vector<std::string> warnings;
  std::string parameters_json = "{}";
};

/// Of a run of `plan`: for a sink that is called without one. Throws InputError where the first endpoint has
/// no dialect, and what that throws.
[[nodiscard]] LLMLOAD_EXPORT RunHeader header_of(const Plan& plan);

}  // namespace llmload
