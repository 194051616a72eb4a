#include "llmload/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "config/keys.hpp"
#include "llmload/budget.hpp"
#include "llmload/error.hpp"
#include "protocol/redactor.hpp"
#include "protocol/secret_grams.hpp"
#include "protocol/secrets.hpp"
#include "protocol/shown_url.hpp"
#include "text/json_text.hpp"
#include "text/read_file.hpp"
#include "text/utf8.hpp"

namespace llmload {
namespace {

namespace json = boost::json;
using namespace config;

constexpr const char* on_command_line = "--set";

struct Entry {
  json::value value;
  std::string file;  // where it was given
};
using Entries = std::vector<std::pair<std::string, Entry>>;

const Key& find_key(const std::string& name, const std::string& file) {
  const auto& all = keys();
  const auto found = std::ranges::find(all, name, &Key::name);
  if (found != all.end()) return *found;
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const Key& key : all) names.push_back(key.name);
  throw InputError(file + ": /" + name + ": is no key of llmload; did you mean " +
                   std::string(nearest(name, names)) + "?");
}

/// A larger number is read as infinity, which no request and no output can say.
bool is_finite(const json::value& value) {
  if (value.is_double()) return std::isfinite(value.get_double());
  if (value.is_array()) return std::ranges::all_of(value.get_array(), is_finite);
  const auto member_is = [](const auto& member) { return is_finite(member.value()); };
  return !value.is_object() || std::ranges::all_of(value.get_object(), member_is);
}

void put(Entries& entries, const std::string& name, Entry entry) {
  find_key(name, entry.file);
  if (!is_finite(entry.value))
    throw InputError(entry.file + ": /" + name + ": has a number beyond 1.8e308, the largest");
  const auto found = std::ranges::find(entries, name, &Entries::value_type::first);
  if (found != entries.end())
    found->second = std::move(entry);
  else
    entries.emplace_back(name, std::move(entry));
}

Entries read_entries(const std::string& path, const ParameterOverrides& overrides) {
  Entries entries;
  if (!path.empty()) {
    const json::value root = text::parse_json(text::read_file(path, 16 * text::mib), path);
    if (!root.is_object()) throw InputError(path + ": must be a JSON object");
    for (const auto& [name, value] : root.get_object()) put(entries, std::string(name), {value, path});
  }
  for (const std::string& setting : overrides.set) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
      throw InputError(std::string(on_command_line) + ": must be KEY=VALUE");
    const std::string name = setting.substr(0, equals), given = setting.substr(equals + 1);
    if (text::valid_utf8(setting) != setting) {  // as in a file; outputs and requests are JSON
      throw InputError(std::string(on_command_line) + ": /" + text::valid_utf8(name) + ": is not UTF-8");
    }
    json::error_code ec;
    json::value value = json::parse(given, ec);
    const bool as_it_is = ec || (find_key(name, on_command_line).text && !value.is_string());
    put(entries, name, {as_it_is ? json::value(given) : std::move(value), on_command_line});
  }
  return entries;
}

std::string simulated_url(const std::string& given, const std::string& origin) {
  std::string_view rest = given;
  const auto scheme = rest.find("://");
  const auto slash = scheme == std::string_view::npos ? scheme : rest.find('/', scheme + 3);
  const std::string_view target = slash == std::string_view::npos ? "" : rest.substr(slash);
  const std::string_view path = target.substr(0, target.find('?'));
  const bool completions = path.ends_with("/completions") && !path.ends_with("chat/completions");
  return origin + (completions ? "/v1/completions" : "/v1/chat/completions");
}

void simulate(Entries& entries, const ParameterOverrides& overrides) {
  std::string given;
  const auto found = std::ranges::find(entries, "MODEL_ENDPOINTS", &Entries::value_type::first);
  if (found != entries.end()) {
    const json::value& value = found->second.value;
    const json::value* first =
        value.is_array() && !value.get_array().empty() ? &value.get_array()[0] : &value;
    if (first->is_string()) given = std::string(first->get_string());
  }
  put(entries, "MODEL_ENDPOINTS",
      {json::value(simulated_url(given, overrides.simulated_origin)), "--simulate"});
  put(entries, "API_KEY", {json::value(overrides.simulated_key), "--simulate"});
  put(entries, "AUTH", {json::value("auto"), "--simulate"});
}

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
    all[name] = find_key(name, entry.file).secret ? json::value("[redacted]") : shown(entry.value, redactor);
  }
  return json::serialize(all);
}

void require(const Draft& d, const std::string& path) {
  const std::string where = path.empty() ? "the parameters" : path;
  if (d.plan.endpoints.empty()) throw InputError(where + ": MODEL_ENDPOINTS is missing: the URL to test");
  if (d.levels.empty() && d.open.rates.empty() && d.open.due_files.empty()) {
    throw InputError(
        where + ": CONCURRENT_LEVELS is missing: a list such as [1, 2, 4]; or REQUEST_RATE, or DUE_TIMES");
  }
  if (d.plan.api_key.empty() && !d.plan.key_command && d.plan.auth != Auth::none) {
    throw InputError(
        where + ": API_KEY is missing; it is the key, env:NAME or file:PATH, or AUTH \"none\" sends none");
  }
}

}  // namespace

Plan load_parameters(const std::string& path, const ParameterOverrides& overrides) {
  Entries entries = read_entries(path, overrides);
  const bool simulated = !overrides.simulated_origin.empty();
  if (simulated) simulate(entries, overrides);
  Draft draft;
  draft.folder = std::filesystem::path(path).parent_path();
  for (const auto& [name, entry] : entries) {
    const Key& key = find_key(name, entry.file);
    key.read(draft, Parameter(entry.file, '/' + name, entry.value, key.secret));
  }
  if (simulated && draft.levels.empty() && draft.open.rates.empty() && draft.open.due_files.empty())
    draft.levels = {1, 2, 4, 8, 16, 32, 64};
  require(draft, path);
  set_proxies(draft.plan);
  check_plaintext_key(draft.plan, path.empty() ? "the parameters" : path);
  make_stages(draft, path.empty() ? "the parameters" : path);
  if (draft.output_tokens) draft.plan.max_tokens = draft.output_tokens->seeded(~draft.seed);
  load_model(draft);
  choose_counts(draft, path.empty() ? "the parameters" : path);
  load_prompts(draft, simulated);
  warn(draft.plan);
  draft.plan.parameters_json = shown_parameters(entries, draft.plan);
  return draft.plan;
}

}  // namespace llmload
