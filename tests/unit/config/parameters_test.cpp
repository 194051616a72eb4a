#include "llmload/parameters.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include "llmload/budget.hpp"
#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"
#include "unit/config/parameter_file.hpp"
#include "unit/text/checks.hpp"

namespace parameters_test {

using namespace llmload;
using config::ParameterFile;

/// The error of a good file with `name` set to the JSON `value`.
std::string refusal(std::string_view name, std::string_view value) {
  return error_of<InputError>([&] { (void)ParameterFile().set(name, value).load(); });
}

std::string refusal_of_text(std::string_view text) {
  const tokenize::TemporaryDirectory folder;
  return error_of<InputError>([&] { (void)load_parameters(folder.write("parameters.json", text)); });
}

TEST_CASE("a bad value is refused with the file, its JSON pointer and what is allowed") {
  struct Case {
    const char *name, *value, *pointer, *allowed;
  };
  for (const Case& c : {
           Case{"MAX_NEW_TOKEN", "0", "/MAX_NEW_TOKEN", "a whole number from 1 to"},
           Case{"MAX_NEW_TOKEN", "-5", "/MAX_NEW_TOKEN", "a whole number from 1 to"},
           Case{"MAX_NEW_TOKEN", "2.5", "/MAX_NEW_TOKEN", "a whole number from 1 to"},
           Case{"MAX_NEW_TOKEN", "1e30", "/MAX_NEW_TOKEN", "a whole number from 1 to"},
           Case{"MAX_NEW_TOKEN", "99999999999999999999", "/MAX_NEW_TOKEN", "a whole number from 1 to"},
           Case{"MAX_NEW_TOKEN", R"("256")", "/MAX_NEW_TOKEN", "a whole number from 1 to"},
           Case{"MAX_NEW_TOKEN", "null", "/MAX_NEW_TOKEN", "a whole number from 1 to"},
           Case{"CONCURRENT_LEVELS", "[]", "CONCURRENT_LEVELS is missing", "a list such as [1, 2, 4]"},
           Case{"CONCURRENT_LEVELS", "4", "/CONCURRENT_LEVELS", "a list with at least one entry"},
           Case{"CONCURRENT_LEVELS", "[1,0]", "/CONCURRENT_LEVELS/1", "a whole number from 1 to"},
           Case{"CONCURRENT_LEVELS", "[-1]", "/CONCURRENT_LEVELS/0", "a whole number from 1 to"},
           Case{"CONCURRENT_LEVELS", "[1,2,1000000000]", "/CONCURRENT_LEVELS/2", "a whole number from 1 to"},
           Case{"CONCURRENT_LEVELS", R"(["1"])", "/CONCURRENT_LEVELS/0", "a whole number from 1 to"},
           Case{"THRESHOLD_TPS", "-1", "/THRESHOLD_TPS", "a number from 0 to"},
           Case{"TOP_P", "1.1", "/TOP_P", "a number from 0 to 1"},
           Case{"TEMPERATURE", "true", "/TEMPERATURE", "a number from 0 to"},
           Case{"MODEL_PATH", "7", "/MODEL_PATH", "a string"},
           Case{"SYS_PROMPT", "[]", "/SYS_PROMPT", "a string"},
           Case{"RANDOM_PROMPT_LENGTH", "0", "/RANDOM_PROMPT_LENGTH", "a whole number from 1 to"},
           Case{"MODEL_ENDPOINTS", "7", "/MODEL_ENDPOINTS", "a string"},
           Case{"MODEL_ENDPOINTS", "[]", "/MODEL_ENDPOINTS", "at least one entry"},
           Case{"MODEL_ENDPOINTS", R"("h/v1/chat/completions")", "/MODEL_ENDPOINTS", "https:// or http://"},
           Case{"MODEL_ENDPOINTS", R"(["https://h/completions","https://h/v1/embeddings"])",
                "/MODEL_ENDPOINTS/1", "chat/completions"},
           Case{"MODEL_ENDPOINTS", R"(["https://h/v1/completions","https://h/v1/chat/completions"])",
                "/MODEL_ENDPOINTS/1", "of one kind"},
           Case{"MODEL_ENDPOINTS", R"("https://your-endpoint.inference.ai.azure.com/v1/chat/completions")",
                "/MODEL_ENDPOINTS", "placeholder"},
           Case{"API_KEY", R"("your-auth-key")", "/API_KEY", "placeholder"},
           Case{"API_KEY", R"("")", "/API_KEY", "AUTH"},
           Case{"API_KEY", R"("env:LLMLOAD_NOT_SET")", "/API_KEY", "LLMLOAD_NOT_SET"},
           Case{"CONNECTION", R"("close")", "/CONNECTION", R"("keep-alive", "per-request")"},
           Case{"AUTH", R"("Bearer")", "/AUTH", R"("auto", "bearer", "raw", "api-key", "none")"},
           Case{"TLS_VERIFY", R"("false")", "/TLS_VERIFY", "true or false"},
           Case{"EXTRA_BODY", "[]", "/EXTRA_BODY", "an object"},
           Case{"EXTRA_HEADERS", R"({"a b":"1"})", "/EXTRA_HEADERS/a b", "header"},
           Case{"EXTRA_HEADERS", R"({"":"1"})", "/EXTRA_HEADERS/", "header"},
           Case{"EXTRA_HEADERS", R"({"Host":"1"})", "/EXTRA_HEADERS/Host", "llmload itself"},
           Case{"EXTRA_HEADERS", R"({"x-a":"1\r\nx-b: 2"})", "/EXTRA_HEADERS/x-a", "line break"},
           Case{"CORES", "-1", "/CORES", "a whole number from 0 to"},
           Case{"PROMPT_LENGTH", R"("26")", "PROMPT_LENGTH", R"("5", "25")"},
       }) {
    INFO(c.name << " = " << c.value);
    const auto error = refusal(c.name, c.value);
    INFO(error);
    CHECK((has(error, "parameters.json: ") || has(error, "input.jsonl: ")));
    CHECK(has(error, c.pointer));
    CHECK(has(error, c.allowed));
  }
}

TEST_CASE("a number that must be more than nothing is told its least value") {
  for (const char* name : {"DURATION_SECONDS", "REQUEST_TIMEOUT_SECONDS"}) {
    const auto error = refusal(name, "0");
    INFO(error);
    CHECK(has(error, "from 0.001 to 604800"));
  }
}

TEST_CASE("a file that a key names and that can't be read is an error at that key") {
  for (const auto& [name, value] :
       {std::pair("CA_FILE", R"("none.pem")"), std::pair("API_KEY", R"("file:none.txt")")}) {
    const auto error = refusal(name, value);
    INFO(error);
    CHECK(has(error, "none."));
    CHECK(has(error, "No such file"));
    CHECK(has(error, name));
  }
  CHECK(has(refusal("PROMPTS", R"("none.jsonl")"), "none.jsonl"));
}

TEST_CASE("invalid JSON is refused with line and column") {
  CHECK(has(refusal_of_text("{\n  \"MAX_NEW_TOKEN\" : 256,\n  \"TOP_P\" 0.9\n}"),
            "parameters.json: invalid JSON at line 3, column 11"));
  CHECK(has(refusal_of_text(""), "line 1, column 1"));
  CHECK(has(refusal_of_text("{\"TOP_P\": 1"), "invalid JSON at line 1"));
  CHECK(has(refusal_of_text("[1]"), "must be a JSON object"));
  CHECK(has(refusal_of_text(std::string(10'000, '[')), "invalid JSON"));
}

TEST_CASE("a file that can't be read is refused with its name") {
  CHECK(has(error_of<InputError>([] { (void)load_parameters("/nowhere/parameters.json"); }),
            "/nowhere/parameters.json"));
  CHECK(has(error_of<InputError>([] { (void)load_parameters("/tmp"); }), "directory"));
}

TEST_CASE("an unknown key is refused with the nearest one") {
  CHECK(has(refusal("MAX_NEW_TOKENS", "1"),
            "/MAX_NEW_TOKENS: is no key of llmload; did you mean MAX_NEW_TOKEN?"));
  CHECK(has(refusal("CONCURENT_LEVEL", "[1]"), "did you mean CONCURRENT_LEVELS?"));
  CHECK(has(refusal("APIKEY", R"("secret-value")"), "did you mean API_KEY?"));
  CHECK_FALSE(has(refusal("APIKEY", R"("secret-value")"), "secret-value"));
  CHECK(has(refusal("max_new_token", "1"), "did you mean MAX_NEW_TOKEN?"));
}

TEST_CASE("a missing necessary key is refused by its name") {
  for (const char* name : {"MODEL_ENDPOINTS", "CONCURRENT_LEVELS", "API_KEY"}) {
    const auto error = refusal(name, "");
    CHECK(has(error, "parameters.json"));
    CHECK(has(error, std::string(name) + " is missing"));
  }
  CHECK(ParameterFile().set("API_KEY", "").set("AUTH", R"("none")").load().api_key.empty());
}

TEST_CASE("a key with a line break is refused, however it is given, and is not shown") {
  ParameterFile file;
  const std::string bad = "sk-bad\r\nx-injected: 1";
  setenv("LLMLOAD_TEST_KEY", bad.c_str(), 1);
  file.folder.write("key.txt", bad + "\n");
  for (const char* given : {R"("sk-bad\nx-injected: 1")", R"("env:LLMLOAD_TEST_KEY")", R"("file:key.txt")",
                            R"("sk-bad\u0000")"}) {
    const auto error = error_of<InputError>([&] { (void)file.set("API_KEY", given).load(); });
    INFO(error);
    CHECK(has(error, "/API_KEY"));
    CHECK(has(error, "line break"));
    CHECK_FALSE(has(error, "sk-bad"));
  }
  unsetenv("LLMLOAD_TEST_KEY");
}

TEST_CASE("the key is in no error and not in the parameters that are shown") {
  const std::string key(ParameterFile::key);
  for (const auto& [name, value] :
       {std::pair("API_KEY", "[\"" + key + "\"]"), std::pair("API_KEY", "{\"k\":\"" + key + "\"}"),
        std::pair("EXTRA_HEADERS", "[\"" + key + "\"]"),
        std::pair("EXTRA_HEADERS", "{\"a b\":\"" + key + "\"}"),
        std::pair("EXTRA_HEADERS", "{\"a\":[\"" + key + "\"]}"), std::pair("TOP_P", std::string("7"))}) {
    const auto error = refusal(name, value);
    CHECK_FALSE(error.empty());
    CHECK_FALSE(has(error, key));
  }
  ParameterFile file;
  file.set("EXTRA_HEADERS", R"({"x-a":"header-secret"})").set("EXTRA_BODY", R"({"a":["k )" + key + R"("]})");
  file.set("MODEL_ENDPOINTS", R"("https://h/chat/completions?api-key=)" + key + '"');
  const auto shown = file.load().parameters_json;
  CHECK_FALSE(has(shown, key));
  CHECK_FALSE(has(shown, "header-secret"));
  CHECK(boost::json::parse(shown).at("API_KEY") == "[redacted]");
  CHECK(boost::json::parse(shown).at("CONCURRENT_LEVELS") == boost::json::array({1, 2, 4}));
}

TEST_CASE("a bad URL that repeats the key is refused without the key") {
  const std::string key(ParameterFile::key);
  const auto error = refusal("MODEL_ENDPOINTS", R"("https://h/v1/embeddings?api-key=)" + key + '"');
  CHECK(has(error, "/MODEL_ENDPOINTS"));
  CHECK_FALSE(has(error, key));
}

TEST_CASE("a URL in a place of another type is refused without its query") {
  const std::string url = "https://h/chat/completions?code=not-for-eyes";
  for (const std::string& value : {'"' + url + '"', "[\"" + url + "\"]", "{\"url\": \"" + url + "\"}"}) {
    const auto error = refusal("TOP_P", value);
    INFO(error);
    CHECK(has(error, "it must be a number from 0 to 1"));
    CHECK_FALSE(has(error, "not-for-eyes"));
  }
  CHECK_FALSE(has(refusal("MODEL_ENDPOINTS", "[{\"url\": \"" + url + "\"}]"), "not-for-eyes"));
  CHECK_FALSE(
      has(refusal("MODEL_ENDPOINTS", "\"ftp://me:not-for-eyes@h/chat/completions\""), "not-for-eyes"));
}

TEST_CASE("a key that is given with its Bearer is not shown without it either") {
  ParameterFile file;
  file.set("API_KEY", R"("Bearer sk-0123456789abcdef")");
  file.set("MODEL_ENDPOINTS", R"("https://h/chat/completions?api-key=sk-0123456789abcdef")");
  CHECK_FALSE(has(file.load().parameters_json, "sk-0123456789abcdef"));
}

// 2000000`.
TEST_CASE("a key that is a part of the mask is masked once") {
  const auto plan =
      ParameterFile().set("API_KEY", R"("redacted")").set("SYS_PROMPT", R"("a redacted one")").load();
  CHECK(boost::json::parse(plan.parameters_json).at("SYS_PROMPT") == "a [redacted] one");
}

TEST_CASE("of a URL's query the names are shown alone") {
  ParameterFile file;
  file.set("MODEL_ENDPOINTS", R"(["https://h/chat/completions?api-version=2024-05-01&sig=a%2Fb#c"])");
  const auto shown = boost::json::parse(file.load().parameters_json);
  CHECK(shown.at("MODEL_ENDPOINTS").at(0) == "https://h/chat/completions?api-version&sig");
}

TEST_CASE("the length that an extra body asks for is what is counted with, under whatever name") {
  for (const char* name : {"max_tokens", "max_completion_tokens", "max_output_tokens"}) {
    const auto plan = ParameterFile()
                          .set("EXTRA_BODY", "{\"" + std::string(name) + "\": 7}")
                          .set("OUTPUT_TOKENS", "9")
                          .set("MAX_NEW_TOKEN", "8")
                          .load();
    CHECK(plan.max_tokens(0) == 7);
    CHECK(budget_of(plan, 0).output_tokens == 7);
  }
  for (const char* other : {"null", "-1", "7.5", "\"7\""}) {
    const auto plan =
        ParameterFile().set("EXTRA_BODY", "{\"max_tokens\": " + std::string(other) + "}").load();
    CHECK(plan.max_tokens(0) == 256);
  }
}

TEST_CASE("a key is not shown as the name of a member either") {
  const std::string key(ParameterFile::key);
  const auto plan = ParameterFile().set("EXTRA_BODY", "{\"" + key + "\": 1}").load();
  CHECK_FALSE(has(plan.parameters_json, key));
}

TEST_CASE("one warning names all secrets that are too short to be taken out") {
  const auto warnings_about_length = [](const Plan& plan) {
    std::vector<std::string> found;
    for (const std::string& warning : plan.warnings)
      if (has(warning, "shorter than 8 bytes")) found.push_back(warning);
    return found;
  };
  CHECK(warnings_about_length(ParameterFile().load()).empty());
  ParameterFile file;
  file.set("MODEL_ENDPOINTS", R"("https://h/chat/completions?stream=1")");
  CHECK(warnings_about_length(file.load()).empty());
  file.set("API_KEY", R"("Bearer short")").set("EXTRA_HEADERS", R"({"x-a": "1", "x-b": "long enough"})");
  const auto found = warnings_about_length(file.load());
  REQUIRE(found.size() == 1);
  CHECK(has(found[0], "API_KEY, EXTRA_HEADERS/x-a: "));
  CHECK_FALSE(has(found[0], "short,"));
  CHECK_FALSE(has(found[0], "x-b"));
}

TEST_CASE("an option's key goes over the file's: JSON, or else a string") {
  const auto plan = ParameterFile().load({.set = {{"MAX_NEW_TOKEN", "9"},
                                                  {"CONCURRENT_LEVELS", "[3]"},
                                                  {"SYS_PROMPT", "two words = one"},
                                                  {"MODEL", "\"m\""},
                                                  {"MAX_NEW_TOKEN", "10"}}});
  CHECK(plan.max_tokens == 10);
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].concurrency() == 3U);
  CHECK(plan.system_prompt == "two words = one");
  CHECK(plan.model == "m");
  CHECK(boost::json::parse(plan.parameters_json).at("MAX_NEW_TOKEN") == 10);
}

TEST_CASE("an option's number is taken where a string is wanted: a key, a prompt's length, a model") {
  const auto plan_with = [](const char* key, const char* value) {
    return ParameterFile().load({.set = {{key, value}}});
  };
  CHECK(plan_with("API_KEY", "123456").api_key.reveal() == "123456");
  CHECK(plan_with("API_KEY", "1e5").api_key.reveal() == "1e5");
  CHECK(test::prompt_of(plan_with("PROMPT_LENGTH", "5"), 0, 0) == "What is");
  CHECK(plan_with("MODEL", "70").model == "70");
}

TEST_CASE("a bad option is refused with where it was given, without its value where that may be the key") {
  const auto refused = [](const std::string& key, const std::string& value) {
    return error_of<InputError>([&] { (void)ParameterFile().load({.set = {{key, value, "--set"}}}); });
  };
  CHECK(has(refused("MAX_NEW_TOKENS", "5"), "did you mean MAX_NEW_TOKEN?"));
  CHECK(has(refused("", "5"), "is no key"));
  CHECK(refused("SYS_PROMPT", "\xff") == "--set: /SYS_PROMPT: is not UTF-8");
  CHECK(refused("\xc3", "1") == "--set: /\uFFFD: is not UTF-8");
  CHECK(has(refused("TOP_P", "5"), "--set: /TOP_P: is 5; it must be a number from 0 to 1"));
  CHECK_FALSE(has(refused("API_KE", "sk-secret"), "sk-secret"));
  CHECK_FALSE(has(refused("API_KEY", "{\"k\":\"sk-secret\"}"), "sk-secret"));
}

TEST_CASE("a text is read as a file of it is, with paths from where it says") {
  const ParameterFile file;
  const std::string text = boost::json::serialize(file.keys);
  const std::string folder = file.folder.path().string();
  const Plan plan = parse_parameters(text, {.set = {{"MODEL", "m"}}}, folder);
  CHECK(plan.stages.size() == 3);
  CHECK(plan.model == "m");
  CHECK(test::prompt_of(plan, 0, 0) == "How does");
  CHECK(plan.parameters_json == file.load({.set = {{"MODEL", "m"}}}).parameters_json);
  const auto refused = [&](std::string_view wrong, const ParameterOptions& options) {
    return error_of<InputError>([&] { (void)parse_parameters(wrong, options, folder); });
  };
  CHECK(has(refused("{\n oops}", {}), "the parameters: invalid JSON at line 2, column 2"));
  CHECK(has(refused(R"({"TOP_P": 7})", {}), "the parameters: /TOP_P: is 7"));
  CHECK(has(refused("{}", {}), "the parameters: MODEL_ENDPOINTS is missing"));
  CHECK(has(refused("{}", {.set = {{"TOP_P", "7"}}}), "the options: /TOP_P: is 7"));
}

TEST_CASE("a number that is too large for a double is refused, wherever it stands") {
  for (const std::string value : {"1e309", R"({"a":[1,{"b":-1e309}]})"}) {
    const auto error = error_of<InputError>([&] {
      (void)ParameterFile().load({.set = {{"EXTRA_BODY", value}}});
    });
    CHECK(error == "the options: /EXTRA_BODY: has a number beyond 1.8e308, the largest");
  }
}

TEST_CASE("options alone make a plan, against the simulated endpoint") {
  const auto plan = parse_parameters(
      "{}", {.set = {{"MAX_NEW_TOKEN", "4"}}, .simulated = {{"https://127.0.0.1:8443", "simulated"}}});
  CHECK(plan.max_tokens == 4);
  CHECK(plan.endpoints.at(0).url == "https://127.0.0.1:8443/v1/chat/completions");
  CHECK(plan.api_key.reveal() == "simulated");
  CHECK(plan.stages.size() == 7);
  CHECK_FALSE(test::prompt_of(plan, 0, 0).empty());
}

TEST_CASE("the simulated endpoint is asked at the path of the API that is given, and of none as a chat") {
  const auto target = [](const std::string& endpoints) {
    ParameterFile file;
    file.set("MODEL_ENDPOINTS", endpoints);
    return file.load({.simulated = {{"https://127.0.0.1:1", "simulated"}}}).endpoints.at(0).target;
  };
  CHECK(target(R"("https://h/openai/v1/responses?api-version=1")") == "/v1/responses");
  CHECK(target(R"(["https://h/anthropic/v1/messages"])") == "/v1/messages");
  CHECK(target(R"("https://h/chat/completions")") == "/v1/chat/completions");
  CHECK(target(R"("h/v1/messages")") == "/v1/chat/completions");
}

TEST_CASE("the simulated origin replaces the endpoints, keeps their kind and needs no real key") {
  ParameterFile file;
  file.set("API_KEY", R"("your-auth-key")")
      .set("MODEL_ENDPOINTS", R"(["https://your-endpoint.inference.ai.azure.com/v1/completions?v=1"])");
  file.set("PROMPT_LENGTH", R"("5")");
  const auto plan = file.load({.simulated = {{"https://127.0.0.1:1", "simulated"}}});
  REQUIRE(plan.endpoints.size() == 1);
  CHECK(plan.endpoints[0].dialect == completions_dialect());
  CHECK(plan.endpoints[0].port == "1");
  CHECK(plan.api_key.reveal() == "simulated");
  CHECK(test::prompt_of(plan, 0, 0) == "What is");
  CHECK(plan.stages.size() == 3);
}

TEST_CASE("whose tokens count is chosen, and a tokenizer that is not there is not") {
  ParameterFile file;
  CHECK(file.load().tokens_from == TokensFrom::tokenizer);
  file.set("TOKENS_FROM", R"("usage")");
  CHECK(file.load().tokens_from == TokensFrom::usage);
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.model")");
  const Plan plan = file.load();
  CHECK(plan.tokens_from == TokensFrom::usage);
  CHECK(plan.tokenizer != nullptr);
  CHECK(plan.tokenizer_description.starts_with("server usage, beside "));
  file.set("TOKENS_FROM", R"("tokenizer")");
  CHECK(file.load().tokens_from == TokensFrom::tokenizer);
  file.set("MODEL_PATH", "");
  CHECK(has(error_of<InputError>([&] { (void)file.load(); }),
            "/TOKENS_FROM: is \"tokenizer\", and there is none"));
}

TEST_CASE("a file of requests is read as its keys say, and a stage that nothing else ends is of its rows") {
  ParameterFile file;
  file.folder.write("rows.csv", "q,n\na,5\nb,6\nbroken\n");
  file.set("PROMPTS", R"("rows.csv")").set("PROMPTS_COLUMNS", R"({"q":"prompt","n":"max_tokens"})");
  CHECK(has(error_of<InputError>([&] { (void)file.load(); }), "rows.csv, line 4: has 1 fields"));
  file.set("PROMPTS_SKIP_BROKEN", "true").set("PROMPTS_AT_END", R"("stop")").set("WARMUP_REQUESTS", "1");
  const Plan plan = file.load();
  CHECK(plan.stages.at(2).requests == 1U);
  CHECK(plan.source->ends_after() == 2U);
  CHECK(plan.source->next({"", 0, 1, {}})->max_tokens == 6U);
  CHECK(has(plan.prompts_description, "rows.csv, 2 prompts once each; 1 row is no request"));
  REQUIRE(plan.warnings.size() == 1);
  CHECK(has(plan.warnings[0], "1 row is no request, and skipped; the first: line 4: has 1 fields"));
  file.set("CONCURRENT_LEVELS", "[]")
      .set("REQUEST_RATE", "10")
      .set("PROMPTS_ORDER", R"("shuffled")")
      .set("SEED", "9");
  CHECK(file.load().stages.at(0).requests == 1U);
  CHECK(has(file.load().prompts_description, "shuffled by seed 9"));
  file.set("PROMPTS_FORMAT", R"("text")");
  CHECK(file.load().source->ends_after() == 4U);
}

TEST_CASE("a key in a row of the prompts is in no error, no warning and no request that is shown") {
  ParameterFile file;
  const std::string key(ParameterFile::key);
  file.set("PROMPTS", R"("rows.jsonl")");
  for (const std::string& row :
       {R"({"prompt":"a","max_tokens":")" + key + "\"}", "{\"prompt\":\"a\",\"" + key + "\":1}"}) {
    file.folder.write("rows.jsonl", "\"good\"\n" + row + "\n");
    file.set("PROMPTS_SKIP_BROKEN", "");
    const std::string error = error_of<InputError>([&] { (void)file.load(); });
    CHECK(has(error, "rows.jsonl, line 2"));
    CHECK_FALSE(has(error, key));
    const Plan plan = file.set("PROMPTS_SKIP_BROKEN", "true").load();
    CHECK(has(plan.warnings.at(0), "[redacted]"));
    CHECK_FALSE(has(plan.warnings.at(0), key));
  }
  file.folder.write("rows.jsonl",
                    R"({"prompt":"it is )" + key + R"(","headers":{"x-trace":")" + key + "\"}}");
  const std::string shown = first_request(file.load());
  CHECK(has(shown, "x-trace: [redacted]\r\n"));
  CHECK_FALSE(has(shown, key));
}

TEST_CASE("a file with fewer rows than are looked at can be budgeted, where it ends and time ends it, too") {
  ParameterFile file;
  file.folder.write("rows.jsonl", "\"a\"\n\"b\"\n");
  file.set("PROMPTS", R"("rows.jsonl")").set("PROMPTS_AT_END", R"("stop")").set("DURATION_SECONDS", "2");
  const Plan plan = file.set("QUOTA", R"({"tokens_per_minute": 100000})").load();
  CHECK(budget_of(plan, 0).prompt_tokens > 0);
}

TEST_CASE("keys of a file of requests are not for random prompts, nor the other way round") {
  ParameterFile file;
  const auto problem = [&] { return error_of<InputError>([&] { (void)file.load(); }); };
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.model")")
      .set("PREFIX_TOKENS", "10");
  CHECK(has(problem(), "PREFIX_TOKENS is for random prompts"));
  file.set("INPUT_TOKENS", "20").set("PREFIX_COUNT", "8").set("PREFIX_LAW", R"({"zipf": 1.2})");
  const Plan plan = file.load();
  CHECK(plan.cache == CachePolicy::shared);
  CHECK(plan.source->next({"s", 0, 0, {}})->prompt_tokens == 30U);
  CHECK(has(plan.prompts_description, "behind one of 8 prefixes of 10 tokens, drawn by zipf 1.2"));
  file.set("PREFIX_LAW", R"({"zip": 1})");
  CHECK(has(problem(), "/PREFIX_LAW/zip"));
  file.set("PREFIX_LAW", R"("zipf")");
  CHECK(has(problem(), "/PREFIX_LAW"));
  file.set("PREFIX_LAW", "").set("CACHE", R"("shared")");
  CHECK(has(problem(), "PREFIX_TOKENS is for CACHE"));
  file.set("CACHE", "").set("PREFIX_TOKENS", "");
  CHECK(has(problem(), "need PREFIX_TOKENS"));
  file.set("PREFIX_COUNT", "").set("PROMPTS_ORDER", R"("sampled")");
  CHECK(has(problem(), "are for a file of requests"));
}

TEST_CASE("a trace is a stage of its own, with its times and lengths, and says what it left out") {
  ParameterFile file;
  file.folder.write("trace.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n10,30,5\n11,40,0\n12,50,6\n");
  file.set("CONCURRENT_LEVELS", "").set("TRACE", R"("trace.csv")");
  const auto problem = [&] { return error_of<InputError>([&] { (void)file.load(); }); };
  CHECK(has(problem(), "TRACE needs a vocabulary"));
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.model")")
      .set("TRACE_SPEED", "4");
  const Plan plan = file.load();
  REQUIRE(plan.stages.size() == 1);
  CHECK(describe(plan.stages[0]) == "trace.csv");
  CHECK(plan.stages[0].open_loop()->pacer->due(1) == std::chrono::milliseconds(500));
  CHECK(plan.source->next({"s", 0, 1, {}})->prompt_tokens == 50U);
  CHECK(plan.cache == CachePolicy::unique);
  CHECK(has(plan.prompts_description, "trace.csv (Azure LLM inference), 2 rows, each prompt different"));
  REQUIRE(plan.warnings.size() == 1);
  CHECK(has(plan.warnings[0], "trace.csv: 1 row without output tokens is left out"));
  file.set("INPUT_TOKENS", "5");
  CHECK(has(problem(), "INPUT_TOKENS asks for random prompts, and TRACE"));
  file.set("INPUT_TOKENS", "").set("OUTPUT_TOKENS", "5");
  CHECK(has(problem(), "both say how long answers are"));
  file.set("OUTPUT_TOKENS", "").set("TRACE", "").set("CONCURRENT_LEVELS", "[1]");
  CHECK(has(problem(), "need TRACE"));
}

TEST_CASE("random conversations have the turns, lengths and think times that CONVERSATION says") {
  ParameterFile file;
  const auto problem = [&] { return error_of<InputError>([&] { (void)file.load(); }); };
  file.set("MODEL_PATH", '"' + std::string(LLMLOAD_TEST_DATA) + R"(/tokenize/tiny.model")")
      .set("INPUT_TOKENS", "20")
      .set("CONVERSATION", R"({"turns": 3, "think_seconds": 0.25})");
  Plan plan = file.load();
  CHECK(plan.source->most_turns() == 3);
  CHECK(plan.source->next({.index = 7, .turn = 2})->prompt_tokens == 20U);
  CHECK(plan.source->next({.index = 7, .turn = 2})->think == std::chrono::milliseconds(250));
  CHECK(has(plan.prompts_description, "; conversations of 3 turns, think times of 0.25 s"));
  const std::string law = R"({"lognormal": {"mean": 2, "sd": 3, "min": 0.5, "max": 60}})";
  file.set("CONVERSATION",
           R"({"turns": {"mean": 4, "sd": 2, "min": 2, "max": 9}, "user_tokens": 5, "think_seconds": )" +
               law + '}');
  plan = file.load();
  CHECK(plan.source->most_turns() == 9);
  CHECK(plan.source->next({.index = 7, .turn = 1})->prompt_tokens == 5U);
  CHECK(has(plan.prompts_description,
            "conversations of 2 to 9 turns, later ones of 5 tokens, think times of 0.5 to 60 s"));
  file.set("CONVERSATION", R"({"turn": 3})");
  CHECK(has(problem(), "/CONVERSATION/turn: is no part of a conversation; did you mean turns?"));
  file.set("CONVERSATION", R"({"turns": 0})");
  CHECK(has(problem(), "/CONVERSATION/turns"));
  file.set("CONVERSATION", R"({"think_seconds": -1})");
  CHECK(has(problem(), "/CONVERSATION/think_seconds"));
  file.set("CONVERSATION", "{}");
  CHECK(has(problem(), "need \"turns\""));
  file.set("CONVERSATION", R"({"turns": 2})").set("HISTORY", R"("file")");
  CHECK(has(problem(), "HISTORY \"file\" is for the conversations of a file"));
  file.set("CONVERSATION", "");
  CHECK(has(problem(), "it needs CONVERSATION"));
}

TEST_CASE("a file's conversations are its turns, with its answers where HISTORY says so") {
  ParameterFile file;
  file.folder.write("talks.json",
                    R"([{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"},
    {"from": "human", "value": "c"}]}, {"conversations": [{"from": "human", "value": "d"}]}])");
  file.set("PROMPTS", R"("talks.json")").set("CONVERSATION", "{}").set("HISTORY", R"("file")");
  Plan plan = file.load();
  CHECK(plan.history == History::source);
  CHECK(plan.source->most_turns() == 2);
  CHECK(plan.source->turns({.index = 0}) == 2);
  CHECK(plan.source->turns({.index = 1}) == 1);
  CHECK(plan.source->next({.index = 0, .turn = 1})->messages.at(0).text == "c");
  CHECK(has(plan.prompts_description, "conversations of up to 2 turns, with the file's answers"));
  const auto problem = [&] { return error_of<InputError>([&] { (void)file.load(); }); };
  file.set("CONVERSATION", R"({"user_tokens": 5})");
  CHECK(has(problem(), "a file says its own"));
  file.folder.write("talks.json", R"(["one turn"])");
  file.set("CONVERSATION", "{}");
  CHECK(has(problem(), "has more than one turn of a user's"));
}

TEST_CASE("a URL without a path, or with /v1 alone, is that of its chat") {
  const auto target_of = [](const char* url) {
    return ParameterFile()
        .set("MODEL_ENDPOINTS", '"' + std::string(url) + '"')
        .load()
        .endpoints.front()
        .target;
  };
  for (const char* url : {"https://h", "https://h/", "https://h:8443", "https://h/v1", "https://h/v1/"})
    CHECK(target_of(url) == "/v1/chat/completions");
  CHECK(target_of("https://h/openai/v1") == "/openai/v1/chat/completions");
  CHECK(target_of("https://h/v1/chat/completions?a=/v1") == "/v1/chat/completions?a=/v1");
  for (const char* url : {R"("https://h/v2")", R"("https://h?a=b")", R"("h")", R"("https://h/xv1x")"})
    CHECK(has(refusal("MODEL_ENDPOINTS", url), "/MODEL_ENDPOINTS"));
}

TEST_CASE("without a file a question of our own is sent, and no key but one that is given") {
  const tokenize::TemporaryDirectory folder;
  ParameterOptions options;
  options.no_file = true;
  options.set = {{"MODEL_ENDPOINTS", "http://h.example", "--endpoint"}, {"CONCURRENT_LEVELS", "[8]", "-c"}};
  const Plan plan = parse_parameters("{}", options, folder.path());
  CHECK(plan.auth == Auth::none);
  CHECK(plan.api_key.empty());
  CHECK(has(plan.prompts_description, "a question of llmload's own"));
  options.set.push_back({"API_KEY", "sk-0123456789abcdef", "--set"});
  options.set.front().value = "https://h.example";
  CHECK(parse_parameters("{}", options, folder.path()).auth == Auth::automatic);
  options.no_file = false;
  CHECK(has(error_of<InputError>([&] { (void)parse_parameters("{}", options, folder.path()); }),
            "input.jsonl"));
}

TEST_CASE("relative paths start at the file's folder, those of the options where the process is") {
  const ParameterFile file;
  const std::string elsewhere = file.folder.write("more.txt", "one\ntwo\n");
  ParameterOptions options;
  options.set = {{"PROMPTS", "more.txt", "--prompts"}};
  CHECK(has(error_of<InputError>([&] { (void)file.load(options); }), "more.txt"));
  options.set = {{"PROMPTS", elsewhere, "--prompts"}};
  CHECK(has(file.load(options).prompts_description, "more.txt"));
  ParameterFile inside;
  inside.folder.write("more.txt", "one\ntwo\n");
  CHECK(has(inside.set("PROMPTS", R"("more.txt")").load().prompts_description, "more.txt"));
}

}  // namespace parameters_test
