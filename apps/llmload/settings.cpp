#include "settings.hpp"

#include <llmload/error.hpp>

namespace llmload::cli {
namespace {

constexpr const char* given_as = "--set";  // a flag is a short form of it

KeyValue split(const std::string& setting) {
  const auto equals = setting.find('=');
  if (equals == std::string::npos || equals == 0)
    throw InputError(std::string(given_as) + ": must be KEY=VALUE");
  return {setting.substr(0, equals), setting.substr(equals + 1), given_as};
}

}  // namespace

void Settings::add_to(CLI::App& command) {
  command.add_option("--set", set_, "KEY=VALUE over the file's; VALUE is JSON or a string")
      ->expected(1)
      ->take_all();
  for (const ParameterKey& key : keys()) {
    if (key.flag.empty()) continue;
    const std::string help =
        std::string(key.name) + (key.list ? ", as 1,2,4: " : ": ") + std::string(key.text);
    command.add_option(std::string(key.flag), flags_[key.name], help);
  }
}

std::vector<KeyValue> Settings::key_values() const {
  std::vector<KeyValue> all;
  for (const ParameterKey& key : keys()) {
    const auto flag = flags_.find(key.name);
    if (flag == flags_.end() || flag->second.empty()) continue;
    all.push_back({std::string(key.name), key.list ? '[' + flag->second + ']' : flag->second, given_as});
  }
  for (const std::string& setting : set_) all.push_back(split(setting));
  return all;
}

}  // namespace llmload::cli
