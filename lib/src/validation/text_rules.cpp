#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/spec_rules.hpp"
#include "text/characters.hpp"
#include "text/json_text.hpp"
#include "validation/refuse.hpp"
#include "validation/rules.hpp"

namespace llmload::validation {
namespace {

namespace json = boost::json;

/// What tells a run from others, in files, tables and URLs.
void check_name(const std::string& member, const std::string& name) {
  require_utf8(member, name);
  if (text::has_control_character(name)) refuse(member, "holds a line break or another control character");
}

void check_object(const std::string& member, const std::string& given) {
  json::error_code ec;
  const json::value value = json::parse(given, ec);
  if (ec || !value.is_object()) refuse(member, "is not a JSON object");
  if (!text::is_finite(value)) refuse(member, "has a number beyond 1.8e308, the largest");
}

/// As far as it can be known without asking a source that is the user's own.
void check_source(const Plan& plan) {
  if (!plan.source) refuse("source", "is null: the plan has no source of requests");
  if (plan.source->most_turns() == 0) refuse("source", "has conversations of no turn");
  if (plan.source->most_turns() > 1 && !dialect_of(plan).has_roles())
    refuse("source", "has conversations, and the API is one of texts without roles");
  const auto given = plan.source->repeats_after();
  if (!given) return;
  if (plan.cache == CachePolicy::unique)
    refuse("cache", "is unique, and the source is a list of prompts, which each run shares with the others");
  constexpr std::uint64_t enough = 1'000;  // a file may have millions, which were looked at when it was read
  for (std::uint64_t i = 0; i < std::min(*given, enough); ++i) {
    const auto spec = plan.source->next({plan.salt, 0, i});
    if (!spec) refuse("source", "gives nothing for request " + std::to_string(i));
    if (const std::string problem = protocol::problem_of(*spec, plan); !problem.empty())
      refuse("source", "gives request " + std::to_string(i) + ' ' + problem);
  }
}

void check_models(const Plan& plan) {
  if (plan.models.empty()) return;
  if (!plan.model.empty()) refuse("models", "are given, and model names another one");
  if (!plan.extra_body.empty() && protocol::names_model(plan.extra_body))
    refuse("models", "are given, and extra_body has a \"model\", too");
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < plan.models.size(); ++i) {
    const auto& [name, share] = plan.models[i];
    const std::string member = item("models", i);
    check_name(member, name);
    if (name.empty()) refuse(member, "has no name");
    if (std::ranges::find(names, name) != names.end()) refuse(member, "is there twice");
    require_in(limits::share, member + ".share", share);
    names.push_back(name);
  }
}

}  // namespace

void check_texts(const Plan& plan) {
  check_name("label", plan.label);
  check_source(plan);
  check_models(plan);
  check_name("salt", plan.salt);
  check_name("run_id", plan.run_id);
  check_name("host", plan.host);
  for (const auto& [member, value] :
       {std::pair("prompts_description", &plan.prompts_description),
        std::pair("tokenizer_description", &plan.tokenizer_description),
        std::pair("tokenizer_sha256", &plan.tokenizer_sha256),
        std::pair("system_prompt", &plan.system_prompt), std::pair("model", &plan.model)})
    require_utf8(member, *value);
  if (plan.price) require_utf8("price.currency", plan.price->currency);
  for (std::size_t i = 0; i < plan.warnings.size(); ++i) require_utf8(item("warnings", i), plan.warnings[i]);
  if (!plan.extra_body.empty()) check_object("extra_body", plan.extra_body);
  check_object("parameters_json", plan.parameters_json);
}

}  // namespace llmload::validation
