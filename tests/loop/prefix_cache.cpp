// The simulated endpoint's prefix cache, held against what the plans of workloads say that they share.
#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/raw_client.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_prefix_cache {

using namespace llmload;

constexpr std::uint64_t block = 16;
constexpr const char* model = LLMLOAD_TEST_DATA "/tokenize/tiny.model";

SimulatorOptions caching() {
  SimulatorOptions options = test::instant();
  options.tls = false;
  options.prefix_cache = true;
  options.tokenizer = load_tokenizer(model);
  return options;
}

/// Of a run whose parameters are these members, and an endpoint of `path`.
std::vector<RequestRecord> run_of(const Simulator& simulator, const std::string& members,
                                  const std::string& path = "/v1/chat/completions") {
  const std::string text = R"({"MODEL_PATH": ")" + std::string(model) + R"(", "MAX_NEW_TOKEN": 2, )" +
                           R"("MODEL_ENDPOINTS": "https://api.example)" + path + "\", " + members + '}';
  Plan plan = parse_parameters(text, {.simulated = SimulatedEndpoint{simulator.origin(), "a-key-of-nobody"}});
  plan.cores = 1;
  test::RecordKeeper keeper;
  (void)run(plan, {.sink = &keeper});
  return keeper.records;
}

/// What a cache of whole blocks can have of what the plan shares.
std::uint64_t expected(const RequestRecord& record) { return record.shared_tokens.value() / block * block; }

template <class Tokens>
std::uint64_t sum(const std::vector<RequestRecord>& records, const Tokens& of) {
  return std::accumulate(records.begin(), records.end(), std::uint64_t{0},
                         [&of](std::uint64_t so_far, const RequestRecord& r) { return so_far + of(r); });
}
std::uint64_t cached(const RequestRecord& record) { return record.usage_cached_tokens.value(); }

TEST_CASE("two runs of a workload of unique prompts share no block of their texts") {
  const Simulator simulator(caching());
  for (int again = 0; again < 2; ++again) {
    const auto records =
        run_of(simulator, R"("INPUT_TOKENS": 80, "CONCURRENT_LEVELS": [1, 4], "REQUESTS_PER_LEVEL": 30)");
    REQUIRE(records.size() == 60);
    for (const RequestRecord& r : records) CHECK(r.usage_cached_tokens == 0U);
  }
}

TEST_CASE("two runs with one salt and one seed share all, to the block") {
  const Simulator simulator(caching());
  const std::string members =
      R"("INPUT_TOKENS": 80, "SALT": "s", "CONCURRENT_LEVELS": [4], "REQUESTS_PER_LEVEL": 30)";
  CHECK(sum(run_of(simulator, members), cached) == 0);
  CHECK(sum(run_of(simulator, members), cached) == 30U * 80);
}

TEST_CASE("requests of a pool of prefixes have in the cache exactly what the plan says, in each API") {
  for (const char* path : {"/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages"}) {
    for (const char* stream : {"true", "false"}) {
      INFO(path << ", streamed: " << stream);
      const Simulator simulator(caching());
      const auto records =
          run_of(simulator,
                 R"("INPUT_TOKENS": 40, "PREFIX_TOKENS": 100, "PREFIX_COUNT": 8, "STREAM": )" +
                     std::string(stream) + R"(, "CONCURRENT_LEVELS": [1, 4], "REQUESTS_PER_LEVEL": 50)",
                 path);
      REQUIRE(records.size() == 100);
      std::uint64_t shared = 0;
      for (const RequestRecord& r : records) {
        REQUIRE(r.usage_cached_tokens);
        CHECK(r.usage_prompt_tokens == 140U);
        // Of four sessions another one's request may come first, and be the one that shares nothing.
        if (r.stage == 0) CHECK(cached(r) == expected(r));
        shared += *r.shared_tokens > 0 ? 1 : 0;
      }
      CHECK(shared == 2 * (50 - 8));
      CHECK(sum(records, cached) == shared * 96);
      CHECK(sum(records, expected) == shared * 96);
    }
  }
}

struct Row {
  std::uint64_t tokens;
  std::vector<int> hashes;
};

/// What of the prompt's whole blocks of 16 an earlier row has, by the hashes of its blocks of 512.
std::uint64_t shared_by_hashes(const std::vector<Row>& rows, std::size_t row) {
  std::uint64_t most = 0;
  for (std::size_t earlier = 0; earlier < row; ++earlier) {
    const auto& hashes = rows[row].hashes;
    const auto same = std::ranges::mismatch(hashes, rows[earlier].hashes).in1 - hashes.begin();
    most = std::max(most, std::min(static_cast<std::uint64_t>(same) * 512, rows[row].tokens));
  }
  return most / block * block;
}

TEST_CASE("the cached share of a Mooncake trace is the one that its hashes say") {
  const std::vector<Row> rows = {{1100, {1, 2, 3}}, {1024, {1, 2}},       {1100, {1, 2, 3}},
                                 {700, {4, 5}},     {1600, {1, 2, 6, 7}}, {1536, {4, 2, 3}},
                                 {520, {8, 9}},     {1600, {1, 2, 6, 7}}};
  const tokenize::TemporaryDirectory directory;
  const std::string file = (directory.path() / "trace.jsonl").string();
  std::ofstream trace(file);
  std::uint64_t of_hashes = 0, prompts = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string hashes;
    for (const int hash : rows[i].hashes)
      hashes.append(hashes.empty() ? "" : ", ").append(std::to_string(hash));
    trace << R"({"timestamp": )" << i << R"(, "input_length": )" << rows[i].tokens
          << R"(, "output_length": 2, "hash_ids": [)" << hashes << "]}\n";
    of_hashes += shared_by_hashes(rows, i);
    prompts += rows[i].tokens;
  }
  trace.close();
  const Simulator simulator(caching());
  const auto records = run_of(simulator, R"("TRACE": ")" + file + '"');
  REQUIRE(records.size() == rows.size());
  CHECK(of_hashes > 0);
  // Rows that are due together may come in another order; then others share, but together as much.
  CHECK(sum(records, cached) == of_hashes);
  CHECK(sum(records, expected) == of_hashes);
  CHECK(sum(records, [](const RequestRecord& r) { return r.usage_prompt_tokens.value(); }) == prompts);
}

TEST_CASE("a cache that is smaller than a pool of prefixes forgets some of them") {
  const std::string members =
      R"("INPUT_TOKENS": 20, "PREFIX_TOKENS": 160, "PREFIX_COUNT": 8, "CONCURRENT_LEVELS": [1],)"
      R"("REQUESTS_PER_LEVEL": 50)";
  SimulatorOptions options = caching();
  options.prefix_cache_blocks = 30;
  const auto records = run_of(Simulator(options), members);
  CHECK(sum(records, cached) > 0);
  CHECK(sum(records, cached) < sum(records, expected));
}

TEST_CASE("without a prefix cache usage says nothing of one") {
  SimulatorOptions options = caching();
  options.prefix_cache = false;
  for (const RequestRecord& r :
       run_of(Simulator(options),
              R"("INPUT_TOKENS": 20, "CACHE": "shared", "CONCURRENT_LEVELS": [1], "REQUESTS_PER_LEVEL": 3)"))
    CHECK_FALSE(r.usage_cached_tokens);
}

TEST_CASE("without a tokenizer a block has 16 words, and a latency model is told what is cached") {
  SimulatorOptions options = caching();
  options.tokenizer = nullptr;
  std::vector<std::size_t> told;
  options.latency = [&told](const TimedRequest& request, unsigned token) {
    if (token == 0) told.push_back(request.cached_tokens);
    return std::chrono::nanoseconds{0};
  };
  std::string prompt = "a";
  for (int i = 1; i < 20; ++i) prompt += " a";
  {
    const Simulator simulator(options);
    Plan plan = test::plan_for(simulator.origin() + "/v1/completions", {{ClosedLoop{1}, 3}});
    plan.source = std::make_shared<PromptList>(std::vector<std::string>{prompt});
    (void)run(plan);
  }
  CHECK(told == std::vector<std::size_t>{0, 16, 16});
}

TEST_CASE("a request whose answer has a fault leaves the prefix cache as it was") {
  SimulatorOptions options = caching();
  options.faults = {{Fault::http_429_bare, 0.5}};
  const Simulator simulator(options);
  const auto records =
      run_of(simulator,
             R"("INPUT_TOKENS": 64, "CACHE": "shared", "CONCURRENT_LEVELS": [1], "REQUESTS_PER_LEVEL": 40)");
  const auto first_ok = std::ranges::find(records, Outcome::ok, &RequestRecord::outcome);
  REQUIRE(first_ok != records.end());
  CHECK(first_ok != records.begin());  // by the seed
  CHECK(first_ok->usage_cached_tokens == 0U);
  CHECK(records.size() == 40);
}

TEST_CASE("a prefix cache without a block is refused") {
  SimulatorOptions options = caching();
  options.prefix_cache_blocks = 0;
  CHECK_THROWS_AS(Simulator(options), InputError);
}

}  // namespace loop_prefix_cache
