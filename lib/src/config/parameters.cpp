#include "llmload/parameters.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <utility>
#include <variant>

#include "config/entries.hpp"
#include "config/plan_errors.hpp"
#include "llmload/budget.hpp"
#include "llmload/error.hpp"
#include "protocol/secrets/redactor.hpp"
#include "protocol/secrets/secret_grams.hpp"
#include "protocol/secrets/secrets.hpp"
#include "protocol/spec_rules.hpp"
#include "protocol/target/shown_url.hpp"
#include "text/read_file.hpp"
#include "text/utf8.hpp"
#include "validation/rules.hpp"

namespace llmload {
namespace {

namespace json = boost::json;
using namespace config;

/// Of the values that are taken out of no text, for they are too short to be looked for; "" where there is
/// none.
std::string short_secrets(const Plan& plan) {
  std::vector<std::string> names;
  for (const protocol::NamedSecret& secret : protocol::secrets_of(plan)) {
    const bool told = secret.name.empty() || std::ranges::find(names, secret.name) != names.end();
    if (secret.value.size() < protocol::shortest_secret && !told) names.push_back(secret.name);
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

void warn(Plan& plan) {
  if (const std::string names = short_secrets(plan); !names.empty()) {
    plan.warnings.push_back(names + ": shorter than 8 bytes, so it is shown where a server repeats it");
  }
  if (!plan.tls_verify)
    plan.warnings.emplace_back("TLS_VERIFY is false: anyone on the way can read the key and the answers");
  for (std::string& warning : quota_warnings(plan)) plan.warnings.push_back(std::move(warning));
}

/// What is shown may have paths in it, which are any bytes.
void make_utf8(Plan& plan) {
  const auto make = [](std::string& shown) { shown = text::valid_utf8(std::move(shown)); };
  make(plan.prompts_description);
  make(plan.tokenizer_description);
  std::ranges::for_each(plan.warnings, make);
  for (Stage& stage : plan.stages) {
    if (auto* const open = std::get_if<OpenLoop>(&stage.loop)) make(open->arrival);
  }
}

std::string shown(std::string_view text, const protocol::Redactor& redactor) {
  const bool is_url = text.starts_with("http://") || text.starts_with("https://");
  return redactor.redact(is_url ? protocol::shown_url(text) : std::string(text));
}

/// A value as it was given, for the outputs, with secrets taken out: a URL may repeat the key.
json::value shown(const json::value& value, const protocol::Redactor& redactor) {
  if (value.is_string()) return json::value(shown(std::string_view(value.get_string()), redactor));
  if (value.is_array()) {
    json::array list;
    for (const json::value& item : value.get_array()) list.push_back(shown(item, redactor));
    return list;
  }
  if (value.is_object()) {
    json::object object;
    for (const auto& [name, member] : value.get_object())
      object[shown(std::string_view(name), redactor)] = shown(member, redactor);
    return object;
  }
  return value;
}

std::string shown_parameters(const Entries& entries, const Plan& plan) {
  const protocol::Redactor redactor(plan);
  json::object all;
  for (const auto& [name, entry] : entries) {
    all[name] = find_key(name, entry.from).secret ? json::value("[redacted]") : shown(entry.value, redactor);
  }
  return json::serialize(all);
}

void require(const Draft& d, const std::string& where) {
  if (d.plan.endpoints.empty()) throw InputError(where + ": MODEL_ENDPOINTS is missing: the URL to test");
  if (!d.has_load()) {
    throw InputError(
        where +
        ": CONCURRENT_LEVELS is missing: a list such as [1, 2, 4]; or REQUEST_RATE, DUE_TIMES or TRACE");
  }
  if (d.plan.api_key.empty() && !d.plan.credentials && d.plan.auth != Auth::none) {
    throw InputError(
        where + ": API_KEY is missing; it is the key, env:NAME or file:PATH, or AUTH \"none\" sends none");
  }
}

/// Makes the plan of what was read. Throws PlanError, and InputError for what is none of its members.
void make_plan(Draft& draft, const std::string& where, const ParameterOptions& options) {
  set_proxies(draft.plan);
  validation::check_endpoints(draft.plan);  // by which the prompts are chosen
  if (draft.output_tokens) draft.plan.max_tokens = draft.output_tokens->seeded(~draft.seed);
  draft.plan.models_seed = draft.seed;
  draft.plan.ask_for_model = !options.simulated && !protocol::names_model(draft.plan.extra_body);
  if (options.simulated) draft.plan.server_metrics.clear();  // we are the server
  // What is sent is what is counted with.
  if (const auto tokens = protocol::length_in(draft.plan.extra_body)) draft.plan.max_tokens = *tokens;
  load_model(draft);
  choose_counts(draft, where);
  load_prompts(draft, options.no_file || options.simulated);
  make_stages(draft, where);
  make_utf8(draft.plan);
  validate(draft.plan);
}

Plan read_parameters(std::string_view text, const std::string& where, const ParameterOptions& options,
                     const std::filesystem::path& folder) {
  const Entries entries = read_entries(text, where, options, folder);
  Draft draft;
  draft.folder = folder;
  for (const auto& [name, entry] : entries) {
    const Key& key = find_key(name, entry.from);
    key.read(draft, Parameter(entry.from, '/' + name, entry.value, key.secret, entry.folder));
  }
  if (options.simulated && !draft.has_load()) draft.levels = {1, 2, 4, 8, 16, 32, 64};
  require(draft, where);
  try {
    make_plan(draft, where, options);
  } catch (const PlanError& e) {
    throw InputError(told_by_key(e, entries, where));
  }
  warn(draft.plan);
  draft.plan.parameters_json = shown_parameters(entries, draft.plan);
  return draft.plan;
}

}  // namespace

Plan load_parameters(const std::string& file, const ParameterOptions& options) {
  return read_parameters(text::read_file(file, 16 * text::mib), file, options,
                         std::filesystem::path(file).parent_path());
}

Plan parse_parameters(std::string_view text, const ParameterOptions& options, const std::string& folder) {
  return read_parameters(text, "the parameters", options, folder);
}

}  // namespace llmload
