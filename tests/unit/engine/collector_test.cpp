#include "engine/collector.hpp"

#include <sched.h>

#include <algorithm>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "llmload/key_command.hpp"
#include "support/catch.hpp"

namespace collector_test {

using namespace llmload;
using namespace std::chrono_literals;
using engine::Collector;

constexpr std::chrono::steady_clock::time_point at_begin(1ns);

class Letters : public Tokenizer {
  std::size_t count(std::string_view text) const override { return text.size(); }
};

struct Recorder : Sink {
  void on_start(const RunHeader&) override { note("start"); }
  void on_stage(const Summary& s) override {
    note("stage " + std::to_string(*s.stage.concurrency()));
    if (throw_at == *s.stage.concurrency()) throw std::runtime_error("row lost");
  }
  void on_end(const RunResult& result) override {
    note("end, errors: " + std::to_string(result.errors.size()));
    if (throw_at_end) throw std::runtime_error("end lost");
  }
  void note(const std::string& call) {
    calls.push_back(call);
    same_thread = same_thread && (calls.size() == 1 || thread == std::this_thread::get_id());
    thread = std::this_thread::get_id();
  }
  std::vector<std::string> calls;
  std::thread::id thread;
  bool same_thread = true, throw_at_end = false;
  unsigned throw_at = 0;
};

Plan plan() {
  Plan p;
  p.source = std::make_shared<PromptList>(std::vector<std::string>{"abc", "defgh"});
  return p;
}

RequestRecord success(std::uint64_t index, const std::string& output) {
  RequestRecord r;
  r.index = index;
  r.outcome = Outcome::ok;
  r.dispatched = 0ns;
  r.done = 1s;
  r.output = output;
  return r;
}

std::vector<RequestRecord> batch(std::uint64_t size) {
  std::vector<RequestRecord> records;
  for (std::uint64_t i = 0; i < size; ++i) records.push_back(success(i, "four"));
  return records;
}

TEST_CASE("a run's sink is called in order, from one thread that is not ours") {
  const auto p = plan();
  Recorder sink;
  Collector collector(p, &sink);
  collector.begin_run();
  for (const unsigned level : {1U, 2U}) {
    collector.begin_stage({ClosedLoop{level}, 3}, 1);
    collector.give(batch(3));
    CHECK(collector.end_stage({.started_at = at_begin}).ok == 3);
  }
  const auto result = collector.end_run();
  CHECK(sink.calls == std::vector<std::string>{"start", "stage 1", "stage 2", "end, errors: 0"});
  CHECK(sink.same_thread);
  CHECK(sink.thread != std::this_thread::get_id());
  CHECK(result.stages.size() == 2);
}

TEST_CASE("a sink that throws loses its output and nothing else") {
  const auto p = plan();
  Recorder sink;
  sink.throw_at = 1;
  sink.throw_at_end = true;
  Collector collector(p, &sink);
  collector.begin_run();
  for (const unsigned level : {1U, 2U}) {
    collector.begin_stage({ClosedLoop{level}, 1}, 1);
    collector.give(batch(1));
    collector.end_stage({.started_at = at_begin});
  }
  const auto result = collector.end_run();
  CHECK(result.errors == std::vector<LostOutput>{{"collector_test::Recorder", "row lost", 1}});
  REQUIRE(result.stages.size() == 2);
  CHECK(result.stages[0].ok == 1);
  CHECK(sink.calls == std::vector<std::string>{"start", "stage 1", "stage 2", "end, errors: 1"});
}

TEST_CASE("tokens are those of the outputs, and those of prompts that records come with") {
  auto p = plan();
  p.tokenizer = std::make_shared<Letters>();
  Collector collector(p, nullptr);
  collector.begin_stage({ClosedLoop{1}, 3}, 1);
  auto failed = success(2, "not counted");
  failed.outcome = Outcome::incomplete;
  std::vector<RequestRecord> batch = {success(0, "1234567890"), success(1, ""), failed};
  batch[0].prompt_tokens = 3;
  batch[1].prompt_tokens = 5;
  collector.give(std::move(batch));
  const auto s = collector.end_stage({.started_at = at_begin});
  CHECK(s.output_tokens == 10U);
  CHECK(s.input_tokens_per_second == 8.0);  // in 1 s
  CHECK(s.ok == 2);
  CHECK(s.failed == 1);
}

TEST_CASE("records of several threads are all counted") {
  const auto p = plan();
  Collector collector(p, nullptr);
  collector.begin_stage({ClosedLoop{1}, 4'000}, 1);
  std::vector<std::thread> shards;
  for (int i = 0; i < 4; ++i) {
    shards.emplace_back([&] {
      for (int n = 0; n < 100; ++n) collector.give(batch(10));
    });
  }
  for (auto& shard : shards) shard.join();
  CHECK(collector.end_stage({.started_at = at_begin}).ok == 4'000);
}

TEST_CASE("a stage knows nothing of the one before") {
  const auto p = plan();
  Collector collector(p, nullptr);
  collector.begin_stage({ClosedLoop{1}, 5}, 2);
  collector.give(batch(5));
  collector.end_stage({.started_at = at_begin});
  collector.begin_stage({ClosedLoop{2}, 7}, 1);
  collector.give(batch(7));
  const auto& s = collector.end_stage({.started_at = at_begin, .interrupted = true});
  CHECK(s.ok == 7);
  CHECK(s.interrupted);
  CHECK(s.by_shard == std::vector<std::uint64_t>{7});
}

TEST_CASE("what ended behind a stop is in no rate of the stage's window") {
  const auto p = plan();
  Collector collector(p, nullptr);
  Stage stage{ClosedLoop{1}, {}, std::chrono::seconds(4)};
  stage.cooldown = std::chrono::seconds(1);
  const auto run = std::make_shared<engine::StageRun>(stage);
  run->begin(at_begin);  // so long ago that the records are of before the stop
  collector.begin_stage(stage, 1, run);
  collector.give(batch(2));
  run->stop();
  auto late = batch(3);
  for (RequestRecord& r : late) r.done = std::chrono::nanoseconds(std::int64_t{1} << 59);
  collector.give(std::move(late));
  const auto& s = collector.end_stage({.interrupted = true, .stopped_at = 2s});
  CHECK(s.ok == 5);
  CHECK(s.requests_per_second == 1.0);  // 2 in 2 s
}

TEST_CASE("the sink is told of a stage's begin before its requests") {
  struct Order : Sink {
    void on_stage_begin(const StageBegin& begin) override { order += 'b' + std::to_string(begin.number); }
    void on_record(const RequestRecord&) override { order += 'r'; }
    void on_stage(const Summary&) override { order += 's'; }
    std::string order;
  } sink;
  const auto p = plan();
  Collector collector(p, &sink);
  collector.begin_stage({ClosedLoop{1}, 2}, 1);
  collector.tell_begin({0, at_begin, "then"});
  collector.give(batch(2));
  collector.end_stage({});
  CHECK(sink.order == "b0rrs");
}

TEST_CASE("a collector that is destroyed has done what it was given") {
  const auto p = plan();
  Recorder sink;
  {
    Collector collector(p, &sink);
    collector.begin_stage({ClosedLoop{1}, 100}, 1);
    for (int i = 0; i < 100; ++i) collector.give(batch(1));
  }
  CHECK(sink.calls.empty());
}

TEST_CASE("with thousands of records waiting another thread works in the Collector's place, in order") {
  struct Blocking : Sink {
    void on_record(const RequestRecord& record) override {
      if (indices.empty()) {
        begun.set_value();
        released.get_future().wait();
      }
      indices.push_back(record.index);
      threads.insert(std::this_thread::get_id());
    }
    void on_stage(const Summary&) override {}
    std::promise<void> begun, released;
    std::vector<std::uint64_t> indices;
    std::set<std::thread::id> threads;
  } sink;
  const auto p = plan();
  Collector collector(p, &sink);
  collector.begin_stage({ClosedLoop{1}, 3'000}, 1);
  for (std::uint64_t i = 0; i < 3'000; ++i) {
    std::vector<RequestRecord> one;
    one.push_back(success(i, "x"));
    collector.give(std::move(one));
    if (i == 0) sink.begun.get_future().wait();
  }
  sink.released.set_value();
  CHECK(collector.end_stage({.started_at = at_begin}).ok == 3'000);
  CHECK(std::ranges::is_sorted(sink.indices));
  CHECK(sink.threads.size() == 2);
}

TEST_CASE(
    "no sink sees a secret, neither in the header nor in an answer, whose tokens are counted as it came") {
  struct Seen : Sink {
    void on_start(const RunHeader& h) override { header = h; }
    void on_record(const RequestRecord& r) override { record = r; }
    void on_stage(const Summary&) override {}
    RunHeader header;
    RequestRecord record;
  } sink;
  auto p = plan();
  p.tokenizer = std::make_shared<Letters>();
  p.api_key = Secret("sk-0123456789");
  p.credentials = std::make_shared<KeyCommand>(std::vector<std::string>{"true"});
  p.extra_headers = {{"X-Token", "tk-0123456789"}};
  p.endpoints = {parse_endpoint("https://llm.example/v1/completions?api-version=1&code=q-0123456789")};
  p.endpoints[0].proxy = Proxy{"proxy", "80", Secret("user:pw-0123456789")};
  Collector collector(p, &sink);
  collector.begin_run();
  collector.begin_stage({ClosedLoop{1}, 1}, 1);
  RequestRecord r = success(0, "it is sk-0123456789");
  r.reasoning = "tk-0123456789?";
  r.tool_text = "pw-0123456789";
  collector.give({r});
  CHECK(collector.end_stage({.started_at = at_begin}).output_tokens == 19U + 14U + 13U);
  CHECK(sink.header.endpoints ==
        std::vector<std::string>{"https://llm.example/v1/completions?api-version&code"});
  for (const std::string& text : {sink.record.output, sink.record.reasoning, sink.record.tool_text}) {
    INFO(text);
    CHECK(text.find("0123456789") == std::string::npos);
    CHECK(text.find("[redacted]") != std::string::npos);
  }
}

TEST_CASE("a sink that does not read the texts of answers gets them as they came") {
  struct Blind : Sink {
    void on_record(const RequestRecord& r) override { output = r.output; }
    void on_stage(const Summary&) override {}
    [[nodiscard]] bool reads_texts() const override { return false; }
    std::string output;
  } sink;
  auto p = plan();
  p.api_key = Secret("sk-0123456789");
  Collector collector(p, &sink);
  collector.begin_run();
  collector.begin_stage({ClosedLoop{1}, 1}, 1);
  collector.give({success(0, "it is sk-0123456789")});
  CHECK(collector.end_stage({.started_at = at_begin}).ok == 1);
  CHECK(sink.output == "it is sk-0123456789");
}

TEST_CASE("what run() waits for is worked off at usual priority, from the next record on") {
  struct Priorities : Sink {
    void on_start(const RunHeader&) override { note(); }
    void on_record(const RequestRecord&) override {
      if (policies.size() == 1) {
        begun.set_value();
        released.get_future().wait();
      }
      note();
    }
    void on_stage(const Summary&) override { note(); }
    void on_end(const RunResult&) override { note(); }
    void note() { policies.push_back(::sched_getscheduler(0)); }
    std::promise<void> begun, released;
    std::vector<int> policies;
  } sink;
  const auto p = plan();
  Collector collector(p, &sink);
  collector.begin_run();
  collector.begin_stage({ClosedLoop{1}, 3}, 1);
  collector.give(batch(3));
  sink.begun.get_future().wait();  // nobody waits for the first record yet
  std::thread release([&] {
    while (!collector.is_awaited()) std::this_thread::yield();
    sink.released.set_value();
  });
  collector.end_stage({.started_at = at_begin});
  release.join();
  (void)collector.end_run();
  CHECK(sink.policies ==
        std::vector<int>{SCHED_OTHER, SCHED_IDLE, SCHED_OTHER, SCHED_OTHER, SCHED_OTHER, SCHED_OTHER});
}

TEST_CASE("a tokenizer that throws, whatever it throws, loses the tokens and nothing else") {
  struct Odd : Tokenizer {
    std::size_t count(std::string_view) const override { throw 1; }
  };
  auto p = plan();
  p.tokenizer = std::make_shared<Odd>();
  Collector collector(p, nullptr);
  collector.begin_stage({ClosedLoop{1}, 3}, 1);
  collector.give(batch(3));
  CHECK(collector.end_stage({.started_at = at_begin}).ok == 3);
  CHECK(collector.end_run().errors ==
        std::vector<LostOutput>{{"counting tokens", "the tokenizer threw something unknown"}});
}

Plan counting() {
  Plan p = plan();
  p.tokenizer = std::make_shared<Letters>();
  return p;
}

RequestRecord large(std::uint64_t index) {
  RequestRecord r = success(index, std::string(1'000'000, 'x'));
  r.usage_completion_tokens = 5;
  return r;
}

TEST_CASE("a record for which there is no room loses its text, and its tokens are the server's") {
  const auto p = counting();
  MemorySink sink;
  Collector collector(p, &sink, 1'500'000);
  collector.begin_run();
  collector.begin_stage({ClosedLoop{1}, 3}, 1);
  std::vector<RequestRecord> records{large(0), large(1), success(2, "four")};
  for (RequestRecord& r : records) collector.hold(r);
  CHECK_FALSE(records[0].text_dropped);
  CHECK(records[1].text_dropped);
  CHECK_FALSE(records[2].text_dropped);
  collector.give(std::move(records));
  const Summary& s = collector.end_stage({.started_at = at_begin});
  CHECK(s.ok == 3);
  CHECK(s.text_dropped == 2);  // the first, too: to count it takes more than is left
  CHECK(s.output_tokens == 5 + 5 + 4U);
  CHECK_FALSE(s.valid);
  CHECK(s.invalid_reasons.at(0).code == "text_dropped");
  CHECK(s.invalid_reasons.at(0).touches("output_tokens_per_second"));
  CHECK_FALSE(s.invalid_reasons.at(0).touches("e2e_ms"));
  CHECK(collector.memory().held() == 0);
}

TEST_CASE("with room for what counting takes nothing is dropped, and all is given back") {
  const auto p = counting();
  Collector collector(p, nullptr, 100'000'000);
  collector.begin_stage({ClosedLoop{1}, 2}, 1);
  std::vector<RequestRecord> records{large(0), large(1)};
  for (RequestRecord& r : records) collector.hold(r);
  CHECK(collector.memory().held() >= 2'000'000);
  collector.give(std::move(records));
  const Summary& s = collector.end_stage({.started_at = at_begin});
  CHECK(s.text_dropped == 0);
  CHECK(s.output_tokens == 2'000'000U);
  CHECK(collector.memory().held() == 0);
}

TEST_CASE("behind a stop only a little of what waits is counted") {
  const auto p = counting();
  Collector collector(p, nullptr);
  collector.begin_stage({ClosedLoop{1}, 40}, 1);
  std::vector<RequestRecord> records;
  for (std::uint64_t i = 0; i < 40; ++i) records.push_back(large(i));
  for (RequestRecord& r : records) collector.hold(r);
  collector.hurry();
  collector.give(std::move(records));
  const Summary& s = collector.end_stage({.started_at = at_begin});
  CHECK(s.ok == 40);
  CHECK(s.text_dropped > 20);
  CHECK(s.text_dropped < 40);
  CHECK(collector.memory().held() == 0);
}

TEST_CASE("behind a stop short texts are counted, however many wait") {
  const auto p = counting();
  Collector collector(p, nullptr);
  collector.begin_stage({ClosedLoop{1}, 100}, 1);
  std::vector<RequestRecord> records;
  for (std::uint64_t i = 0; i < 100; ++i) {
    records.push_back(success(i, "four"));
    records.back().events.reserve(100'000);  // set aside for a longer one
    collector.hold(records.back());
  }
  collector.hurry();
  collector.give(std::move(records));
  CHECK(collector.end_stage({.started_at = at_begin}).output_tokens == 400U);
}

class Hungry : public Tokenizer {
  std::size_t count(std::string_view) const override { throw std::bad_alloc(); }
};

TEST_CASE("where there is no memory to count a text, its tokens are the server's, and nothing is lost") {
  auto p = plan();
  p.tokenizer = std::make_shared<Hungry>();
  Collector collector(p, nullptr);
  collector.begin_stage({ClosedLoop{1}, 1}, 1);
  collector.give({large(0)});
  const Summary& s = collector.end_stage({.started_at = at_begin});
  CHECK(s.output_tokens == 5U);
  CHECK(s.text_dropped == 1);
  CHECK(collector.end_run().errors.empty());
}

}  // namespace collector_test
