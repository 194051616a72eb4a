#include "config/entries.hpp"

#include <algorithm>

#include "llmload/error.hpp"
#include "llmload/plan.hpp"
#include "text/json_text.hpp"
#include "text/nearest.hpp"
#include "text/utf8.hpp"

namespace llmload::config {
namespace {

namespace json = boost::json;

void put(Entries& entries, const std::string& name, Entry entry) {
  find_key(name, entry.from);
  if (!text::is_finite(entry.value))
    throw InputError(entry.from + ": /" + name + ": has a number beyond 1.8e308, the largest");
  const auto found = std::ranges::find(entries, name, &Entries::value_type::first);
  if (found != entries.end())
    found->second = std::move(entry);
  else
    entries.emplace_back(name, std::move(entry));
}

void put(Entries& entries, const KeyValue& given) {
  if (!text::is_utf8(given.key) || !text::is_utf8(given.value)) {  // outputs and requests are JSON
    throw InputError(given.from + ": /" + text::valid_utf8(given.key) + ": is not UTF-8");
  }
  json::error_code ec;
  json::value value = json::parse(given.value, ec);
  const bool as_it_is = ec || (find_key(given.key, given.from).text && !value.is_string());
  put(entries, given.key, {as_it_is ? json::value(given.value) : std::move(value), given.from, {}});
}

/// In the dialect of the endpoint that is given; of none, or a wrong one, a chat.
std::string simulated_url(const std::string& given, const std::string& origin) {
  std::string suffix(chat_dialect()->path_suffix());
  try {
    suffix = parse_endpoint(given).dialect->path_suffix();
  } catch (const InputError&) {  // nobody asks it
  }
  return origin + (suffix.starts_with('/') ? "/v1" : "/v1/") + suffix;
}

void simulate(Entries& entries, const SimulatedEndpoint& endpoint) {
  std::string given;
  const auto found = std::ranges::find(entries, "MODEL_ENDPOINTS", &Entries::value_type::first);
  if (found != entries.end()) {
    const json::value& value = found->second.value;
    const json::value* first =
        value.is_array() && !value.get_array().empty() ? &value.get_array()[0] : &value;
    if (first->is_string()) given = std::string(first->get_string());
  }
  const std::string from = "the simulated endpoint";
  put(entries, "MODEL_ENDPOINTS", {json::value(simulated_url(given, endpoint.origin)), from, {}});
  put(entries, "API_KEY", {json::value(endpoint.api_key), from, {}});
  put(entries, "AUTH", {json::value("auto"), from, {}});
}

/// Where a file would have said it.
void without_file(Entries& entries) {
  const auto is_of_a_key = [](const Entries::value_type& entry) {
    return entry.first == "API_KEY" || entry.first == "AUTH";
  };
  if (std::ranges::none_of(entries, is_of_a_key))
    put(entries, "AUTH", {json::value("none"), "the options", {}});
}

}  // namespace

const Key& find_key(const std::string& name, const std::string& from) {
  const auto& all = key_table();
  const auto found = std::ranges::find(all, name, [](const Key& key) { return key.about.name; });
  if (found != all.end()) return *found;
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const Key& key : all) names.push_back(key.about.name);
  throw InputError(from + ": /" + name + ": is no key of llmload; did you mean " +
                   std::string(text::nearest(name, names)) + "?");
}

Entries read_entries(std::string_view text, const std::string& from, const ParameterOptions& options,
                     const std::filesystem::path& folder) {
  const json::value root = text::parse_json(text, from);
  if (!root.is_object()) throw InputError(from + ": must be a JSON object");
  Entries entries;
  for (const auto& [name, value] : root.get_object()) put(entries, std::string(name), {value, from, folder});
  for (const KeyValue& given : options.set) put(entries, given);
  if (options.no_file) without_file(entries);
  if (options.simulated) simulate(entries, *options.simulated);
  return entries;
}

}  // namespace llmload::config
