#include "settings.hpp"

#include <CLI/CLI.hpp>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace settings_test {

using namespace llmload;

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// What a command line, in reverse order as CLI11 takes it, puts over the file.
std::vector<KeyValue> given(std::vector<std::string> reversed) {
  CLI::App command;
  cli::Settings settings;
  settings.add_to(command);
  command.parse(std::move(reversed));
  return settings.key_values();
}

Pairs pairs(const std::vector<KeyValue>& all) {
  Pairs found;
  for (const KeyValue& each : all) {
    CHECK(each.from == "--set");
    found.emplace_back(each.key, each.value);
  }
  return found;
}

TEST_CASE("KEY=VALUE is a key and its value, up to the first equals sign") {
  CHECK(pairs(given({"MODEL=b", "--set", "SYS_PROMPT=two words = one", "--set", "MODEL=", "--set"})) ==
        Pairs{{"MODEL", ""}, {"SYS_PROMPT", "two words = one"}, {"MODEL", "b"}});
  for (const char* wrong : {"MAX_NEW_TOKEN", "=5", ""}) {
    INFO(wrong);
    CHECK(error_of<InputError>([&] { (void)given({wrong, "--set"}); }) == "--set: must be KEY=VALUE");
  }
}

TEST_CASE("a key's flag says its value, a list's its entries, and KEY=VALUE goes over it") {
  CHECK(pairs(given({"MODEL=b", "--set", "4", "--num-requests", "a", "--model"})) ==
        Pairs{{"REQUESTS_PER_LEVEL", "4"}, {"MODEL", "a"}, {"MODEL", "b"}});
  CHECK(pairs(given({"1,2,4", "--concurrency", "0.5", "--request-rate"})) ==
        Pairs{{"CONCURRENT_LEVELS", "[1,2,4]"}, {"REQUEST_RATE", "[0.5]"}});
}

TEST_CASE("each flag of a key is in the help, with the key and what it says") {
  CLI::App command;
  cli::Settings settings;
  settings.add_to(command);
  std::size_t flags = 0;
  for (const ParameterKey& key : keys()) {
    if (key.flag.empty()) continue;
    ++flags;
    const std::string help = command.get_option(std::string(key.flag))->get_description();
    CHECK(has(help, key.name));
    CHECK(has(help, key.text));
  }
  CHECK(flags == 4);
}

}  // namespace settings_test
