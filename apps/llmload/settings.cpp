#include "settings.hpp"

#include <boost/json.hpp>
#include <llmload/error.hpp>

#include "text/trim.hpp"

namespace llmload::cli {
namespace {

namespace json = boost::json;

KeyValue split(const std::string& setting) {
  const auto equals = setting.find('=');
  if (equals == std::string::npos || equals == 0) throw InputError("--set: must be KEY=VALUE");
  return {setting.substr(0, equals), setting.substr(equals + 1), "--set"};
}

/// JSON, or else a text.
json::value json_of(std::string_view text) {
  json::error_code ec;
  json::value value = json::parse({text.data(), text.size()}, ec);
  return ec ? json::value(json::string_view(text.data(), text.size())) : value;
}

/// The parts of `text` between characters of `separators`.
std::vector<std::string_view> parts_of(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// "1,2,4", also over several flags, as a list.
std::string numbers(const std::vector<std::string>& texts) {
  json::array list;
  for (const std::string& text : texts) {
    if (text.starts_with('{')) {  // a ramp, which has commas of its own
      list.push_back(json_of(text));
      continue;
    }
    for (const std::string_view part : parts_of(text, ",")) list.push_back(json_of(text::trimmed(part)));
  }
  return json::serialize(list);
}

/// A name is given once, or always the same.
void put(json::object& object, std::string_view name, const json::value& value, std::string_view flag) {
  const auto [place, is_new] = object.emplace(json::string_view(name.data(), name.size()), value);
  if (!is_new && place->value() != value)
    throw InputError(std::string(flag) + ": \"" + std::string(name) + "\" is given twice, with two values");
}

std::string headers(const std::vector<std::string>& texts, std::string_view flag) {
  json::object object;
  for (const std::string_view text : texts) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0)
      throw InputError(std::string(flag) + ": must be \"Name: value\"");
    const std::string_view value = text::trimmed(text.substr(colon + 1));
    put(object, text::trimmed(text.substr(0, colon)),
        json::value(json::string_view(value.data(), value.size())), flag);
  }
  return json::serialize(object);
}

/// What other tools call our metrics.
std::string metric_of(std::string_view name) {
  if (name == "e2el" || name == "e2e") return "e2e_ms";
  return name.ends_with("_ms") ? std::string(name) : std::string(name) + "_ms";
}

std::string limits(const std::vector<std::string>& texts, std::string_view flag) {
  json::object object;
  for (const std::string_view text : texts) {
    if (const json::value whole = json_of(text); whole.is_object()) {
      for (const auto& [name, value] : whole.get_object())
        put(object, {name.data(), name.size()}, value, flag);
      continue;
    }
    for (const std::string_view part : parts_of(text, ", ")) {
      const auto colon = part.find(':');
      if (colon == std::string_view::npos)
        throw InputError(std::string(flag) + ": must be METRIC:MILLISECONDS, as ttft:200 tpot:50");
      put(object, metric_of(part.substr(0, colon)), json_of(part.substr(colon + 1)), flag);
    }
  }
  return json::serialize(object);
}

/// What is told of a flag: its key, and what that says.
std::string help_of(const ParameterKey& key) {
  static constexpr std::string_view forms[] = {"",
                                               ", as 1,2,4",
                                               ", each in a flag of its own",
                                               "",
                                               ", as \"Name: value\", each in a flag of its own",
                                               ", as ttft:200 tpot:50",
                                               ", the variable of the environment that has it"};
  return std::string(key.name)
      .append(forms[static_cast<std::size_t>(key.form)])
      .append(": ")
      .append(key.text);
}

}  // namespace

void Settings::add_to(CLI::App& command) {
  command
      .add_option("--set", set_, "KEY=VALUE over the file's; VALUE is JSON or a string. A flag goes over it")
      ->expected(1)
      ->take_all();
  for (const ParameterKey& key : keys()) {
    if (key.flags.empty()) continue;
    if (key.form == FlagForm::yes)
      command.add_flag_function(
          std::string(key.flags), [this, &key](std::int64_t count) { yes_[key.name] = count > 0; },
          help_of(key));
    else
      command.add_option(std::string(key.flags), flags_[key.name], help_of(key))->expected(1)->take_all();
  }
}

bool Settings::has(std::string_view key) const {
  const auto flag = flags_.find(key);
  return flag != flags_.end() && !flag->second.empty();
}

std::string Settings::value(const ParameterKey& key, const std::vector<std::string>& texts) {
  switch (key.form) {
    case FlagForm::numbers: return numbers(texts);
    case FlagForm::headers: return headers(texts, key.flag());
    case FlagForm::limits: return limits(texts, key.flag());
    case FlagForm::texts:
      if (texts.size() > 1) return json::serialize(json::array(texts.begin(), texts.end()));
      break;
    default: break;
  }
  for (const std::string& text : texts) {
    if (text != texts.front())
      throw InputError(std::string(key.flag()) + " (" + std::string(key.name) + ") is given twice, as \"" +
                       texts.front() + "\" and as \"" + text + '"');
  }
  return (key.form == FlagForm::variable ? "env:" : "") + texts.front();
}

std::vector<KeyValue> Settings::key_values() const {
  std::vector<KeyValue> all;
  for (const std::string& setting : set_) all.push_back(split(setting));
  if (has("CONCURRENT_LEVELS") && has("REQUEST_RATE"))
    throw InputError(
        "--concurrency and --request-rate are different loads, each with stages of its own; "
        "--max-concurrency caps a rate");
  // A load that a flag gives is in place of the other kind's.
  if (has("REQUEST_RATE")) all.push_back({"CONCURRENT_LEVELS", "[]", "--request-rate"});
  if (has("CONCURRENT_LEVELS")) all.push_back({"REQUEST_RATE", "[]", "--concurrency"});
  for (const ParameterKey& key : keys()) {
    if (const auto yes = yes_.find(key.name); yes != yes_.end())
      all.push_back({std::string(key.name), yes->second ? "true" : "false", std::string(key.flag())});
    if (has(key.name))
      all.push_back({std::string(key.name), value(key, flags_.at(key.name)), std::string(key.flag())});
  }
  return all;
}

}  // namespace llmload::cli
