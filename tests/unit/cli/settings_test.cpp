#include "settings.hpp"

#include <CLI/CLI.hpp>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace settings_test {

using namespace llmload;

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::vector<KeyValue> settings_of(std::vector<std::string> words) {
  CLI::App command;
  cli::Settings settings;
  settings.add_to(command);
  std::ranges::reverse(words);  // as CLI11 takes them
  command.parse(std::move(words));
  return settings.key_values();
}

/// What a command line puts over the file.
Pairs given(std::vector<std::string> words) {
  Pairs found;
  for (const KeyValue& each : settings_of(std::move(words))) found.emplace_back(each.key, each.value);
  return found;
}

/// What is wrong with it.
std::string problem_of(const std::vector<std::string>& words) {
  return error_of<InputError>([&] { (void)settings_of(words); });
}

TEST_CASE("KEY=VALUE is a key and its value, up to the first equals sign") {
  CHECK(given({"--set", "MODEL=", "--set", "SYS_PROMPT=two words = one", "--set", "MODEL=b"}) ==
        Pairs{{"MODEL", ""}, {"SYS_PROMPT", "two words = one"}, {"MODEL", "b"}});
  for (const char* wrong : {"MAX_NEW_TOKEN", "=5", ""}) {
    INFO(wrong);
    CHECK(problem_of({"--set", wrong}) == "--set: must be KEY=VALUE");
  }
}

TEST_CASE("a key's flag says its value, goes over KEY=VALUE, and is named in errors") {
  CHECK(given({"--model", "a", "--num-requests", "4", "--set", "MODEL=b"}) ==
        Pairs{{"MODEL", "b"}, {"REQUESTS_PER_LEVEL", "4"}, {"MODEL", "a"}});
  CHECK(settings_of({"-m", "a"}).front().from == "--model");
  CHECK(settings_of({"--set", "MODEL=a"}).front().from == "--set");
}

TEST_CASE("the words of other tools give the same keys") {
  const Pairs url{{"MODEL_ENDPOINTS", "http://a"}}, requests{{"REQUESTS_PER_LEVEL", "5"}};
  for (const char* flag : {"--endpoint", "--base-url", "--url", "-u"})
    CHECK(given({flag, "http://a"}) == url);
  for (const char* flag : {"--num-requests", "--num-prompts", "-n"}) CHECK(given({flag, "5"}) == requests);
  for (const char* flag : {"--stream", "--streaming"}) CHECK(given({flag}) == Pairs{{"STREAM", "true"}});
  CHECK(given({"--duration", "60s"}) == Pairs{{"DURATION_SECONDS", "60s"}});
  CHECK(given({"--api-key-env", "KEY"}) == Pairs{{"API_KEY", "env:KEY"}});
  CHECK(given({"--extra-body", R"({"a": 1})"}) == Pairs{{"EXTRA_BODY", R"({"a": 1})"}});
}

TEST_CASE("a list has commas, or a flag for each of its entries") {
  const auto levels = [&](std::vector<std::string> words) { return given(std::move(words)).back(); };
  const std::pair<std::string, std::string> three{"CONCURRENT_LEVELS", "[1,2,4]"};
  CHECK(levels({"--concurrency", "1,2,4"}) == three);
  CHECK(levels({"-c", "1, 2", "-c", "4"}) == three);
  CHECK(levels({"--request-rate", "0.5"}).second == "[5E-1]");
  CHECK(levels({"--request-rate", "inf"}).second == R"(["inf"])");
  CHECK(levels({"--request-rate", R"({"from": 1, "to": 9})"}).second == R"([{"from":1,"to":9}])");
  CHECK(given({"-u", "http://a", "-u", "http://b"}) ==
        Pairs{{"MODEL_ENDPOINTS", R"(["http://a","http://b"])"}});
  CHECK(given({"--fail-if", "ok < 1", "--fail-if", "failed > 0"}) ==
        Pairs{{"FAIL_IF", R"(["ok < 1","failed > 0"])"}});
}

TEST_CASE("headers are a name and a value each") {
  CHECK(given({"-H", "A: b: c", "--header", "D:e"}) == Pairs{{"EXTRA_HEADERS", R"({"A":"b: c","D":"e"})"}});
  CHECK(problem_of({"-H", "no colon"}) == "--header: must be \"Name: value\"");
  CHECK(problem_of({"-H", ": v"}) == "--header: must be \"Name: value\"");
}

TEST_CASE("limits of goodput are metrics and times, by their names here or elsewhere") {
  CHECK(given({"--goodput", "ttft:200 tpot:50.5", "--goodput", "e2el:2s"}) ==
        Pairs{{"GOODPUT", R"({"ttft_ms":200,"tpot_ms":5.05E1,"e2e_ms":"2s"})"}});
  CHECK(given({"--goodput", "e2e:1,ttft_ms:2"}) == Pairs{{"GOODPUT", R"({"e2e_ms":1,"ttft_ms":2})"}});
  CHECK(given({"--goodput", R"({"ttft_ms": 2})", "--goodput", "tpot:5"}) ==
        Pairs{{"GOODPUT", R"({"ttft_ms":2,"tpot_ms":5})"}});
  CHECK(has(problem_of({"--goodput", "200"}), "--goodput: must be METRIC:MILLISECONDS"));
}

TEST_CASE("flags that contradict each other are an error") {
  CHECK(problem_of({"--num-requests", "4", "--num-prompts", "5"}) ==
        R"(--num-requests (REQUESTS_PER_LEVEL) is given twice, as "4" and as "5")");
  CHECK(given({"--num-requests", "4", "-n", "4"}) == Pairs{{"REQUESTS_PER_LEVEL", "4"}});
  CHECK(has(problem_of({"--concurrency", "4", "--request-rate", "5"}), "--max-concurrency caps a rate"));
  CHECK(problem_of({"--goodput", "ttft:200 ttft:300"}) ==
        R"(--goodput: "ttft_ms" is given twice, with two values)");
  CHECK(problem_of({"-H", "A: 1", "-H", "A: 2"}) == R"(--header: "A" is given twice, with two values)");
  CHECK(given({"-H", "A: 1", "-H", "A: 1"}) == Pairs{{"EXTRA_HEADERS", R"({"A":"1"})"}});
}

TEST_CASE("a load that a flag gives takes the place of the other kind") {
  CHECK(given({"--request-rate", "5"}) == Pairs{{"CONCURRENT_LEVELS", "[]"}, {"REQUEST_RATE", "[5]"}});
  CHECK(given({"-c", "5"}) == Pairs{{"REQUEST_RATE", "[]"}, {"CONCURRENT_LEVELS", "[5]"}});
}

TEST_CASE("a flag without a value may say no") {
  CHECK(given({"--stream=false"}) == Pairs{{"STREAM", "false"}});
}

TEST_CASE("each flag of a key is in the help, with the key and what it says") {
  CLI::App command;
  cli::Settings settings;
  settings.add_to(command);
  std::size_t flags = 0;
  for (const ParameterKey& key : keys()) {
    if (key.flags.empty()) continue;
    ++flags;
    const std::string help = command.get_option(std::string(key.flag()))->get_description();
    CHECK(has(help, key.name));
    CHECK(has(help, key.text));
  }
  CHECK(flags > 15);
}

}  // namespace settings_test
