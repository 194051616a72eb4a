// Streams of the simulated endpoint, in each dialect, as a run reads them; and the truth file beside its
// records.
#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <map>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_simulator_stream {

using namespace llmload;
using namespace std::chrono_literals;
using test::plan_for;

constexpr ServerStyle styles[] = {ServerStyle::serverless, ServerStyle::azure_openai, ServerStyle::vllm};

struct Streams {
  RunResult result;
  std::vector<RequestRecord> records;
};

/// Four streams on two connections, of seven tokens each by the tokenizer that both sides have.
Streams stream_from(const Simulator& simulator, const SimulatorOptions& options, bool include_usage = true,
                    const std::string& api = "chat") {
  Plan plan = plan_for(simulator, {{ClosedLoop{2}, 4}});
  if (api == "completions") plan.endpoints = {parse_endpoint(simulator.origin() + "/v1/completions")};
  plan.stream = true;
  if (!include_usage) plan.extra_body = R"({"stream_options":null})";
  plan.max_tokens = 7;
  plan.kernel_time = false;  // both sides read one clock: no conversion blurs the order of sent and arrived
  plan.tokenizer = options.tokenizer;
  test::RecordKeeper sink;
  Streams streams;
  streams.result = run(plan, {.sink = &sink});
  streams.records = std::move(sink.records);
  return streams;
}

SimulatorOptions with_tokenizer() {
  SimulatorOptions options = test::instant();
  options.tokenizer = load_tokenizer(std::string(LLMLOAD_TEST_DATA) + "/tokenize/tiny.model");
  return options;
}

struct SentEvent {
  std::chrono::steady_clock::time_point at;
  std::uint64_t tokens;
};

/// The truth file's lines, by the request's id.
std::map<std::string, std::vector<SentEvent>> read_truth(const std::string& path) {
  std::map<std::string, std::vector<SentEvent>> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto value = boost::json::parse(line);
    auto& events = lines[boost::json::value_to<std::string>(value.at("id"))];
    for (const auto& e : value.at("events").as_array())
      events.push_back({decltype(SentEvent::at)(std::chrono::nanoseconds(e.at(0).as_int64())),
                        e.at(1).to_number<std::uint64_t>()});
  }
  return lines;
}

std::vector<SentEvent> with_tokens(std::vector<SentEvent> events) {
  std::erase_if(events, [](const SentEvent& e) { return e.tokens == 0; });
  return events;
}

TEST_CASE("streams of each dialect are complete to a run, with the tokens of their events") {
  for (const ServerStyle style : styles) {
    for (const char* api : {"chat", "completions"}) {
      for (const bool include_usage : {false, true}) {
        INFO("style " << int(style) << ", api " << api << ", usage " << include_usage);
        SimulatorOptions options = with_tokenizer();
        options.style = style;
        const Simulator simulator(options);
        const Streams streams = stream_from(simulator, options, include_usage, api);
        REQUIRE(streams.records.size() == 4);
        const bool has_usage = include_usage || style == ServerStyle::serverless;
        for (const RequestRecord& r : streams.records) {
          INFO(r.error);
          CHECK(r.outcome == Outcome::ok);
          CHECK(r.streamed);
          CHECK(r.finish_reason == "length");
          CHECK(r.first_token.has_value());
          CHECK(r.events.size() == 7);
          for (const TokenEvent& event : r.events) CHECK(event.tokens == 1);
          CHECK(r.output_tokens == 7U);
          CHECK(r.output == streams.records[0].output);
          CHECK(r.usage_completion_tokens.has_value() == has_usage);
          CHECK(r.usage_completion_tokens.value_or(7) == 7);
        }
      }
    }
  }
}

TEST_CASE("an event carries as many tokens as were asked for, the last one what is left") {
  for (const ServerStyle style : styles) {
    for (const bool batching : {false, true}) {
      INFO("style " << int(style) << ", batching " << batching);
      SimulatorOptions options = with_tokenizer();
      options.style = style;
      options.batching = batching;
      options.step_base = 1ms;
      options.tokens_per_event = 3;
      const Simulator simulator(options);
      const Streams streams = stream_from(simulator, options);
      REQUIRE(streams.records.size() == 4);
      for (const RequestRecord& r : streams.records) {
        REQUIRE(r.events.size() == 3);
        CHECK(r.events[0].tokens == 3);
        CHECK(r.events[1].tokens == 3);
        CHECK(r.events[2].tokens == 1);
        CHECK(r.usage_completion_tokens == 7U);
      }
    }
  }
}

TEST_CASE("the truth file has each event of each stream, in order, sent before it arrived") {
  for (const ServerStyle style : styles) {
    INFO("style " << int(style));
    const tokenize::TemporaryDirectory directory;
    SimulatorOptions options = with_tokenizer();
    options.style = style;
    options.tokens_per_event = 2;
    options.gap = 1ms;
    options.truth_file = (directory.path() / "truth.jsonl").string();
    Simulator simulator(options);
    const Streams streams = stream_from(simulator, options, false);
    simulator.stop();
    const auto truth = read_truth(options.truth_file);
    REQUIRE(streams.records.size() == 4);
    CHECK(truth.size() == 4);
    std::uint64_t all_events = 0;
    for (const RequestRecord& r : streams.records) {
      REQUIRE(truth.contains(r.request_id));
      const auto& sent = truth.at(r.request_id);
      CHECK(std::ranges::is_sorted(sent, {}, &SentEvent::at));
      all_events += sent.size();
      const auto tokens = with_tokens(sent);
      REQUIRE(tokens.size() == r.events.size());
      const auto start = streams.result.stages[0].started_at;
      CHECK(sent[0].at >= start + *r.dispatched);
      CHECK(sent.back().at <= start + *r.done);
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        CHECK(tokens[i].tokens == r.events[i].tokens);
        CHECK(tokens[i].at <= start + r.events[i].at);
      }
    }
    CHECK(simulator.events() == all_events);
    const std::size_t around = style == ServerStyle::serverless ? 2 : style == ServerStyle::vllm ? 1 : 4;
    CHECK(all_events == 4 * (4 + around));
  }
}

TEST_CASE("events of one write are sent at one time, when the last of them is due") {
  const tokenize::TemporaryDirectory directory;
  SimulatorOptions options = with_tokenizer();
  options.events_per_write = 4;
  options.gap = 5ms;
  options.truth_file = (directory.path() / "truth.jsonl").string();
  Simulator simulator(options);
  const Streams streams = stream_from(simulator, options);
  simulator.stop();
  REQUIRE(streams.records.size() == 4);
  auto truth = read_truth(options.truth_file);
  for (const RequestRecord& r : streams.records) {
    CHECK(r.events.size() == 7);
    CHECK(r.first_token_merged);
    const auto sent = with_tokens(truth[r.request_id]);
    REQUIRE(sent.size() == 7);
    for (const std::size_t i : {1U, 2U, 3U}) CHECK(sent[i].at == sent[0].at);
    for (const std::size_t i : {5U, 6U}) CHECK(sent[i].at == sent[4].at);
    const auto asked = streams.result.stages[0].started_at + *r.dispatched;
    CHECK(sent[0].at >= asked + 3 * options.gap);
    CHECK(sent[4].at >= asked + 6 * options.gap);
  }
}

TEST_CASE("a write of more than TLS takes at once arrives whole, and no event is sent before the one ahead") {
  const tokenize::TemporaryDirectory directory;
  SimulatorOptions options = test::instant();
  options.style = ServerStyle::azure_openai;
  options.events_per_write = 4'000'000'000U;
  options.tokens_per_event = 2;
  options.truth_file = (directory.path() / "truth.jsonl").string();
  Simulator simulator(options);
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}});
  plan.stream = true;
  plan.max_tokens = 10'001;
  test::RecordKeeper sink;
  const RunResult result = run(plan, {.sink = &sink});
  simulator.stop();
  CHECK(result.stages[0].ok == 1);
  CHECK(sink.records[0].events.size() == 5'001);
  CHECK(sink.records[0].usage_completion_tokens == 10'001U);
  const auto sent = read_truth(options.truth_file).at(sink.records[0].request_id);
  CHECK(std::ranges::is_sorted(sent, {}, &SentEvent::at));
  CHECK(sent[10].at < sent[5'000].at);
  std::uint64_t tokens = 0;
  for (const auto& event : sent) tokens += event.tokens;
  CHECK(tokens == 10'001);
}

TEST_CASE("a server that refuses stream_options is found out before the run, which goes without usage") {
  SimulatorOptions options = with_tokenizer();
  options.style = ServerStyle::vllm;
  options.refuse_stream_options = true;
  const Simulator simulator(options);
  const Streams streams = stream_from(simulator, options);
  const Summary& s = streams.result.stages[0];
  CHECK(s.ok == 4);
  CHECK(std::ranges::any_of(
      s.notes, [](const std::string& note) { return note.find("stream_options") != std::string::npos; }));
  for (const RequestRecord& r : streams.records) CHECK_FALSE(r.usage_completion_tokens.has_value());
}

TEST_CASE("a truth file that can't be opened is wrong input, one that can't be written is told at the end") {
  SimulatorOptions options = with_tokenizer();
  options.truth_file = "/no/such/folder/truth.jsonl";
  CHECK_THROWS_AS(Simulator(options), InputError);
  options.truth_file = "/dev/full";
  Simulator simulator(options);
  CHECK(stream_from(simulator, options).result.stages[0].ok == 4);
  CHECK_THROWS_AS(simulator.stop(), std::runtime_error);
}

TEST_CASE("no tokens an event, no events a write, and limits that are set to 0, are wrong input") {
  const std::vector<std::function<void(SimulatorOptions&)>> changes = {
      [](SimulatorOptions& o) { o.tokens_per_event = 0; },
      [](SimulatorOptions& o) { o.events_per_write = 0; },
      [](SimulatorOptions& o) { o.tokens_per_minute = 0; },
      [](SimulatorOptions& o) { o.requests_per_minute = 0; },
      [](SimulatorOptions& o) { o.idle_close = std::chrono::seconds{0}; }};
  for (const auto& change : changes) {
    SimulatorOptions options;
    change(options);
    CHECK_THROWS_AS(Simulator(options), InputError);
  }
}

}  // namespace loop_simulator_stream
