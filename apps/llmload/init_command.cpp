#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <llmload/error.hpp>
#include <llmload/parameters.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli.hpp"
#include "settings.hpp"
#include "text/nearest.hpp"

namespace llmload::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct InitArguments {
  std::string file = "parameters.json";
  Settings settings;
};

json::object usual() {
  return {{"MODEL_ENDPOINTS", "https://your-endpoint.example/v1/chat/completions"},
          {"API_KEY", "env:LLM_API_KEY"},
          {"STREAM", true},
          {"CONCURRENT_LEVELS", {1, 2, 4, 8, 16, 32, 64}},
          {"REQUESTS_PER_LEVEL", 64},
          {"MAX_NEW_TOKEN", 256},
          {"PROMPTS", "input.jsonl"}};
}

/// JSON, a line a key, for people to go on with.
std::string text_of(const json::object& object) {
  std::string text;
  for (const auto& [name, value] : object)
    text += (text.empty() ? "{\n    " : ",\n    ") + json::serialize(name) + ": " + json::serialize(value);
  return text + "\n}\n";
}

/// What a flag gives, as it stands in the file: a path from there, and a text that looks like a number as a
/// text. Throws InputError where there is no such key.
json::value as_written(const KeyValue& given, const fs::path& folder) {
  const auto key = std::ranges::find(keys(), given.key, &ParameterKey::name);
  if (key == keys().end()) {
    std::vector<std::string_view> names;
    for (const ParameterKey& each : keys()) names.push_back(each.name);
    throw InputError(given.from + ": " + given.key + " is no key of llmload; did you mean " +
                     std::string(text::nearest(given.key, names)) + "?");
  }
  json::error_code ec;
  json::value value = json::parse(given.value, ec);
  const bool is_path = key->type.starts_with("path"), is_text = is_path || key->type.starts_with("string");
  if (ec || (is_text && !value.is_array() && !value.is_string())) value = given.value;
  const bool relative =
      is_path && value.is_string() && !folder.empty() && fs::exists(std::string(value.get_string()));
  if (relative) value = fs::relative(std::string(value.get_string()), folder).string();
  return value;
}

/// Never over one that is there.
void write_new(const fs::path& file, const std::string& text) {
  if (fs::exists(file)) throw InputError(file.string() + ": is there already, and is left as it is");
  std::ofstream out(file, std::ios::binary);
  if (!(out << text) || !out.flush())
    throw InputError(file.string() + ": can't be written: " + std::strerror(errno));
  std::cout << "written: " << file.string() << '\n';
}

void init(const InitArguments& a) {
  json::object object = usual();
  const fs::path file(a.file);
  for (const KeyValue& given : a.settings.key_values()) {
    object[given.key] = as_written(given, file.parent_path());
    if (object[given.key] == json::array()) object.erase(given.key);  // taken out
  }
  write_new(file, text_of(object));
  const fs::path prompts = file.parent_path() / "input.jsonl";
  if (object["PROMPTS"] == "input.jsonl" && !fs::exists(prompts))
    write_new(
        prompts,
        "{\"25\": \"How does a load test find out how long a user waits when many others ask at once?\"}\n");
  std::cout << (a.settings.has("MODEL_ENDPOINTS") ? "" : "Put your endpoint's URL into it. ")
            << "`llmload run --dry-run " << a.file
            << "` shows what a run would send; `llmload keys` has all keys.\n";
}

}  // namespace

void add_init(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<InitArguments>();
  CLI::App* const command =
      app.add_subcommand("init", "Write a parameters.json to start from, with prompts beside it");
  command->add_option("file", arguments->file, "Its name (default: parameters.json)");
  arguments->settings.add_to(*command);
  command->callback([arguments, &exit_code] {
    init(*arguments);
    exit_code = done;
  });
}

}  // namespace llmload::cli
