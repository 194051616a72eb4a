#include "config/keys.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "llmload/error.hpp"
#include "simulator/server/certificate.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"
#include "unit/config/parameter_file.hpp"
#include "unit/text/checks.hpp"

namespace keys_test {

using namespace llmload;
using config::ParameterFile;

TEST_CASE("docs/parameters.md has each key with its type, its default and its flag") {
  std::ifstream file(LLMLOAD_SOURCE_DIR "/docs/parameters.md", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(text.empty());
  std::erase(text, '`');
  for (const ParameterKey& key : keys()) {
    std::string row = "\n| ";
    for (const std::string_view cell : {key.name, key.type, key.default_value})
      row += std::string(cell) + " | ";
    INFO(row);
    CHECK(has(text, row));
    if (!key.flags.empty()) CHECK(has(text, "| " + std::string(key.flags) + " | " + std::string(key.name)));
  }
}

TEST_CASE("keys are upper case, each is there once, and a line says what it is") {
  std::set<std::string_view> names;
  for (const ParameterKey& key : keys()) {
    INFO(key.name);
    CHECK(key.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos);
    CHECK(names.insert(key.name).second);
    CHECK_FALSE(key.text.empty());
    CHECK_FALSE(has(key.text, "\n"));
  }
  CHECK(names.size() == config::key_table().size());
}

TEST_CASE("every original key keeps its name") {
  for (const char* name :
       {"MAX_NEW_TOKEN", "CONCURRENT_LEVELS", "THRESHOLD_TPS", "MODEL_PATH", "RANDOM_PROMPT_LENGTH",
        "TEMPERATURE", "TOP_P", "MODEL_ENDPOINTS", "API_KEY", "SYS_PROMPT"}) {
    INFO(name);
    CHECK(std::ranges::find(keys(), name, &ParameterKey::name) != keys().end());
  }
}

TEST_CASE("a file with the necessary keys alone has the original's defaults") {
  const auto plan = ParameterFile().load();
  CHECK(plan.max_tokens == 256);
  CHECK(plan.threshold_tps == 7);
  CHECK(plan.temperature == 0.6);
  CHECK(plan.top_p == 0.9);
  CHECK(plan.connection == Connection::keep_alive);
  CHECK(plan.auth == Auth::automatic);
  CHECK(plan.tls_verify);
  CHECK(plan.cores == 0);
  CHECK_FALSE(plan.count_bos);
  CHECK_FALSE(plan.stream);
  CHECK_FALSE(plan.goodput);
  CHECK(plan.kernel_time);
  CHECK(plan.record_text);
  CHECK(plan.timeouts.total == std::chrono::seconds(600));
  CHECK_FALSE(plan.ready_timeout);
  CHECK(plan.api_key.reveal() == ParameterFile::key);
  CHECK(test::prompt_of(plan, 0, 0) == "How does");
  CHECK(plan.tokenizer_description == "server usage");
  REQUIRE(plan.stages.size() == 3);
  CHECK(plan.stages[2].concurrency() == 4U);
  CHECK(plan.stages[2].requests == 4U);
  CHECK_FALSE(plan.stages[2].duration);
}

TEST_CASE("each key that says something about the plan is read") {
  ParameterFile file;
  const std::string pem = simulator::make_server_tls().pem;
  file.folder.write("ca.pem", pem);
  file.folder.write("other.jsonl", R"({"5":"five","25":"more"})");
  file.set("MAX_NEW_TOKEN", "7").set("THRESHOLD_TPS", "3.5").set("TEMPERATURE", "0").set("TOP_P", "1");
  file.set("SYS_PROMPT", R"("Be brief.")").set("PROMPTS", R"("other.jsonl")").set("PROMPT_LENGTH", R"("5")");
  file.set("CONNECTION", R"("per-request")")
      .set("CORES", "2")
      .set("COUNT_BOS", "true")
      .set("STREAM", "true")
      .set("GOODPUT", R"({"ttft_ms": 200, "e2e_ms": 5000.5})")
      .set("TIME_SOURCE", R"("user")")
      .set("RECORD_TEXT", "false")
      .set("MODEL", R"("llama")");
  file.set("AUTH", R"("api-key")")
      .set("EXTRA_HEADERS", R"({"x-a":"1","x-b":"2"})")
      .set("EXTRA_BODY", R"({"top_p":null})");
  file.set("CA_FILE", R"("ca.pem")").set("TLS_VERIFY", "false").set("REQUEST_TIMEOUT_SECONDS", "1.5");
  file.set("READY_TIMEOUT_SECONDS", "90");
  file.set("MODEL_ENDPOINTS", R"(["https://a/chat/completions?v=1","https://b/chat/completions"])");
  const auto plan = file.load();
  CHECK(plan.max_tokens == 7);
  CHECK(plan.threshold_tps == 3.5);
  CHECK(plan.temperature == 0);
  CHECK(plan.top_p == 1);
  CHECK(plan.system_prompt == "Be brief.");
  CHECK(test::prompt_of(plan, 0, 9) == "five");
  CHECK(plan.connection == Connection::per_request);
  CHECK(plan.cores == 2);
  CHECK(plan.count_bos);
  CHECK(plan.stream);
  REQUIRE(plan.goodput);
  CHECK(plan.goodput->ttft_ms == 200);
  CHECK_FALSE(plan.goodput->tpot_ms);
  CHECK(plan.goodput->e2e_ms == 5000.5);
  CHECK_FALSE(plan.kernel_time);
  CHECK_FALSE(plan.record_text);
  CHECK(plan.model == "llama");
  CHECK(plan.auth == Auth::api_key);
  CHECK(plan.extra_headers == std::vector<std::pair<std::string, std::string>>{{"x-a", "1"}, {"x-b", "2"}});
  CHECK(plan.extra_body == R"({"top_p":null})");
  CHECK(plan.ca_pem == pem);
  CHECK_FALSE(plan.tls_verify);
  CHECK(plan.timeouts.total == std::chrono::milliseconds(1'500));
  CHECK(plan.ready_timeout == std::chrono::seconds(90));
  REQUIRE(plan.endpoints.size() == 2);
  CHECK(plan.endpoints[0].target == "/chat/completions?v=1");
  CHECK(plan.endpoints[1].host == "b");
  CHECK(std::ranges::any_of(plan.warnings, [](const auto& w) { return has(w, "TLS_VERIFY"); }));
}

TEST_CASE("MODELS are names with their shares, drawn by the seed") {
  ParameterFile file;
  file.set("MODELS", R"({"llama-3": 3, "org/adapter-2": 0.5})").set("SEED", "7");
  const auto plan = file.load();
  REQUIRE(plan.models.size() == 2);
  CHECK(plan.models[0].name == "llama-3");
  CHECK(plan.models[0].share == 3);
  CHECK(plan.models[1].name == "org/adapter-2");
  CHECK(plan.models[1].share == 0.5);
  CHECK(plan.models_seed == 7);
  const auto error_with = [&file](std::string_view models) {
    return error_of<InputError>([&] { (void)file.set("MODELS", models).load(); });
  };
  CHECK(has(error_with(R"({"a": 0})"), "/MODELS/a: is 0"));
  CHECK(has(error_with("{}"), "is empty; it must have models and their shares"));
  file.set("MODEL", R"("b")");
  CHECK(has(error_with(R"({"a": 1})"), "/MODELS: are given, and model names another one"));
}

TEST_CASE("where no key names a model the endpoint is asked for its one") {
  ParameterFile file;
  CHECK(file.load().ask_for_model);
  CHECK_FALSE(file.load({.simulated = SimulatedEndpoint{"https://127.0.0.1:1", "any"}}).ask_for_model);
  CHECK_FALSE(file.set("EXTRA_BODY", R"({"model": "mine"})").load().ask_for_model);
}

TEST_CASE("the server's metrics are looked for unless SERVER_METRICS says otherwise") {
  ParameterFile file;
  CHECK(file.load().server_metrics == "auto");
  CHECK(file.load({.simulated = SimulatedEndpoint{"https://127.0.0.1:1", "any"}}).server_metrics.empty());
  CHECK(file.set("SERVER_METRICS", R"("none")").load().server_metrics.empty());
  CHECK(file.set("SERVER_METRICS", R"("http://h:9000/metrics")").load().server_metrics ==
        "http://h:9000/metrics");
  file.set("SERVER_METRICS", R"("h/metrics")");
  CHECK(has(error_of<InputError>([&] { (void)file.load(); }), "/SERVER_METRICS: "));
}

TEST_CASE("AUTH and CONNECTION know each of their words") {
  const std::pair<const char*, Auth> modes[] = {{"auto", Auth::automatic},
                                                {"bearer", Auth::bearer},
                                                {"raw", Auth::raw},
                                                {"api-key", Auth::api_key},
                                                {"none", Auth::none}};
  for (const auto& [word, mode] : modes)
    CHECK(ParameterFile().set("AUTH", '"' + std::string(word) + '"').load().auth == mode);
  CHECK(ParameterFile().set("CONNECTION", R"("keep-alive")").load().connection == Connection::keep_alive);
}

TEST_CASE("stages are sustained by requests, by time, or by both") {
  const auto stage = [](const char* requests, const char* seconds) {
    return ParameterFile()
        .set("CONCURRENT_LEVELS", "[8]")
        .set("REQUESTS_PER_LEVEL", requests)
        .set("DURATION_SECONDS", seconds)
        .load()
        .stages.at(0);
  };
  CHECK(stage("", "").requests == 8U);
  CHECK(stage("100", "").requests == 100);
  CHECK_FALSE(stage("100", "").duration);
  CHECK_FALSE(stage("", "2.5").requests);
  CHECK(stage("", "2.5").duration == std::chrono::milliseconds(2'500));
  CHECK(stage("100", "2").requests == 100);
  CHECK(stage("100", "2").duration == std::chrono::seconds(2));
}

TEST_CASE("a completions endpoint gets a random prompt of the vocabulary, from the seed") {
  ParameterFile file;
  file.set("MODEL_ENDPOINTS", R"("https://h/v1/completions")").set("RANDOM_PROMPT_LENGTH", "12");
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.model")");
  const auto plan = file.load();
  REQUIRE(plan.tokenizer);
  const std::string prompt = test::prompt_of(plan, 0, 0);
  CHECK(plan.tokenizer->count(prompt) == 12);
  CHECK(test::prompt_of(file.load(), 0, 5) == prompt);
  CHECK(test::prompt_of(file.set("SEED", "2").load(), 0, 0) != prompt);
  CHECK(has(plan.tokenizer_description, "tiny.model"));
}

TEST_CASE("INPUT_TOKENS makes random prompts for chats, too, each different, CACHE says otherwise") {
  ParameterFile file;
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.model")");
  file.set("INPUT_TOKENS", "40");
  const auto plan = file.load();
  CHECK(test::prompt_of(plan, 0, 0) != test::prompt_of(plan, 0, 1));
  CHECK(test::prompt_of(plan, 0, 0) != test::prompt_of(plan, 1, 0));
  CHECK(plan.tokenizer->count(test::prompt_of(plan, 2, 3)) == 40);
  CHECK(plan.prompts_description ==
        "random, exactly 40 tokens each, each different: no prefix cache is measured");
  CHECK(plan.cache == CachePolicy::unique);
  CHECK(plan.salt.empty());
  const auto salted = file.set("SALT", R"("a")").load();
  CHECK(salted.salt == "a");
  CHECK(test::prompt_of(salted, 0, 0) == test::prompt_of(file.load(), 0, 0));
  CHECK(test::prompt_of(salted, 0, 0) != test::prompt_of(plan, 0, 0));
  CHECK(plan.warnings.empty());
  CHECK(has(file.set("INPUT_TOKENS", "2").load().warnings.at(0), "2 tokens are too short to be unique"));
  file.set("INPUT_TOKENS", "40");
  const auto same = file.set("CACHE", R"("shared")").load();
  CHECK(test::prompt_of(same, 0, 0) == test::prompt_of(same, 2, 9));
  CHECK(has(same.prompts_description, "the same one each time: a prefix cache is measured"));
}

TEST_CASE("INPUT_TOKENS and OUTPUT_TOKENS are numbers or distributions, from the seed") {
  ParameterFile file;
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.model")");
  file.set("INPUT_TOKENS", R"({"mean": 50, "sd": 20, "min": 10, "max": 90})");
  file.set("OUTPUT_TOKENS", R"({"lognormal": {"mean": 100, "sd": 80, "min": 1, "max": 500}})")
      .set("SEED", "7");
  const auto plan = file.load();
  CHECK(plan.max_tokens == TokenLengths::lognormal({100, 80, 1, 500}, ~std::uint64_t{7}));
  const auto lengths = TokenLengths::normal({50, 20, 10, 90}, 7);
  for (std::uint64_t i = 0; i < 20; ++i)
    CHECK(plan.tokenizer->count(test::prompt_of(plan, 0, i)) == lengths(i));
  CHECK(file.set("OUTPUT_TOKENS", "12").load().max_tokens == 12);
}

TEST_CASE("what is no distribution is refused with its place") {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"mean": 50, "sd": 20, "min": 10})", "/OUTPUT_TOKENS: is"},
      {R"({"mean": 50, "sd": 20, "min": 10, "max": 90, "meen": 1})", "/OUTPUT_TOKENS/meen: is no part"},
      {R"({"mean": 50, "sd": 20, "min": 100, "max": 90})", "/OUTPUT_TOKENS: min must be"},
      {R"({"mean": 50, "sd": 0, "min": 10, "max": 90})", "/OUTPUT_TOKENS: sd must be"},
      {R"({"lognormal": {"mean": 1}, "mean": 1})", "/OUTPUT_TOKENS: is"},
      {R"({"lognormal": {"mean": -1, "sd": 1, "min": 1, "max": 2}})", "/OUTPUT_TOKENS/lognormal/mean: is"},
      {"0", "/OUTPUT_TOKENS: is 0"},
      {R"("many")", "/OUTPUT_TOKENS: is \"many\""}};
  for (const auto& [value, what] : wrong) {
    INFO(value);
    CHECK(has(error_of<InputError>([&] { (void)ParameterFile().set("OUTPUT_TOKENS", value).load(); }), what));
  }
}

TEST_CASE("random prompts without a vocabulary, beside a file, or not asked for are refused") {
  const auto error = [](const ParameterFile& file) {
    return error_of<InputError>([&] { (void)file.load(); });
  };
  CHECK(has(error(ParameterFile().set("INPUT_TOKENS", "40")), "MODEL_PATH gives none"));
  ParameterFile file;
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.model")");
  CHECK(has(error(file.set("CACHE", R"("unique")")), "INPUT_TOKENS"));
  file.folder.write("other.jsonl", R"({"25":"more"})");
  CHECK(
      has(error(file.set("PROMPTS", R"("other.jsonl")").set("INPUT_TOKENS", "40")), "PROMPTS names a file"));
}

TEST_CASE("PRE_TOKENIZER and PARSE_SPECIAL go to the tokenizer") {
  ParameterFile file;
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.tiktoken")");
  CHECK(has(error_of<InputError>([&] { (void)file.load(); }), "ranks tell no known pre-tokenizer"));
  CHECK(has(file.set("PRE_TOKENIZER", R"("o200k")").load().tokenizer_description, "o200k pre-tokenizer"));
  file.set("PARSE_SPECIAL", "true");
  CHECK(has(error_of<InputError>([&] { (void)file.load(); }), "special tokens can't be parsed"));
}

TEST_CASE("without a vocabulary a completions endpoint takes the file's prompt where PROMPT_LENGTH is set") {
  ParameterFile file;
  file.set("MODEL_ENDPOINTS", R"("https://h/v1/completions")");
  CHECK(has(error_of<InputError>([&] { (void)file.load(); }), "PROMPT_LENGTH"));
  CHECK(test::prompt_of(file.set("PROMPT_LENGTH", R"("5")").load(), 0, 0) == "What is");
}

TEST_CASE("a MODEL_PATH that leads nowhere is a warning with the paths tried") {
  const auto plan = ParameterFile().set("MODEL_PATH", R"("meta-llama/your-model-path")").load();
  CHECK_FALSE(plan.tokenizer);
  REQUIRE_FALSE(plan.warnings.empty());
  CHECK(has(plan.warnings[0], "meta-llama/your-model-path"));
  CHECK(has(plan.warnings[0], "Tried: "));
}

}  // namespace keys_test
