// Runs in a dialect of a harness.
#include <fstream>
#include <llmload/llmload.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "support/terse_dialect.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_own_dialect {

using namespace llmload;

/// Answers with a stream, and keeps the bodies.
struct TerseServer {
  std::mutex mutex;
  std::vector<std::string> bodies;
  test::ScriptedServer server{[this](test::Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      {
        const std::scoped_lock lock(mutex);
        bodies.push_back(request.substr(request.find("\r\n\r\n") + 4));
      }
      peer.send(test::answer(200, "event: x\ndata: say Hi\n\nevent: y\ndata: count 3 1\n\ndata: end\n\n",
                             "Content-Type: text/event-stream\r\n"));
    }
  }};

  [[nodiscard]] Plan plan() const {
    const std::string url = server.url();
    const auto dialect = std::make_shared<test::TerseDialect>();
    Plan plan = test::plan_for(url, {{ClosedLoop{2}, 10}});
    plan.endpoints = {parse_endpoint(url.substr(0, url.find("/v1")) + "/say", dialect)};
    plan.stream = true;
    return plan;
  }
};

TEST_CASE("a run in an own dialect sends its bodies and reads its streams, and asks for no usage before it") {
  TerseServer terse;
  test::RecordKeeper keeper;
  const RunResult result = run(terse.plan(), {.sink = &keeper});
  CHECK(result.stages[0].ok == 10);
  REQUIRE(keeper.records.size() == 10);
  CHECK(keeper.records[0].output == "Hi");
  CHECK(keeper.records[0].usage_completion_tokens == 1U);
  CHECK(terse.bodies == std::vector<std::string>(10, R"({"system":"","ask":"hello","p":0.900000})"));
}

TEST_CASE("the records of a run in an own dialect have its name, also where they are replayed") {
  const tokenize::TemporaryDirectory folder;
  const std::string file = (folder.path() / "records.jsonl").string();
  {
    const TerseServer terse;
    RecordsSink records(file);
    CHECK(run(terse.plan(), {.sink = &records}).errors.empty());
  }
  std::string header;
  CHECK(std::getline(std::ifstream(file), header).good());
  CHECK(header.find(R"("api":"terse")") != std::string::npos);
  struct Names : Sink {
    void on_stage(const Summary&) override {}
    void on_start(const RunHeader& header) override { name = header.dialect; }
    std::string name;
  } names;
  CHECK(replay_records(file, names).missing.empty());
  CHECK(names.name == "terse");
}

TEST_CASE(
    "the header that a dialect has for a key carries it, and a server that repeats it does not show it") {
  struct Keyed : test::TerseDialect {
    [[nodiscard]] AuthHeader auth_header(std::string_view) const override { return {"x-api-key", "Token "}; }
  };
  const test::ScriptedServer server([](test::Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const auto begin = request.find("x-api-key: ");
      const std::string line =
          begin == request.npos ? "" : request.substr(begin, request.find('\r', begin) - begin);
      peer.send(test::answer(401, "oops " + line));
    }
  });
  const std::string url = server.url();
  Plan plan = test::plan_for(url, {{ClosedLoop{1}, 1}});
  plan.endpoints = {parse_endpoint(url.substr(0, url.find("/v1")) + "/say", std::make_shared<Keyed>())};
  test::RecordKeeper keeper;
  (void)run(plan, {.sink = &keeper});
  CHECK(keeper.records.at(0).error_code == "x-api-key: Token [redacted]");
}

/// Against a simulator that speaks it.
RunResult simulated(test::RecordKeeper& keeper, bool stream, std::vector<FaultRule> faults = {}) {
  SimulatorOptions options = test::instant();
  options.dialects = {std::make_shared<test::TerseSide>(stream)};
  options.faults = std::move(faults);
  const Simulator simulator(options);
  Plan plan = test::plan_for(simulator, {{ClosedLoop{1}, 4}});
  plan.endpoints = {parse_endpoint(simulator.origin() + "/v1/say", std::make_shared<test::TerseDialect>())};
  plan.stream = stream;
  return run(plan, {.sink = &keeper});
}

TEST_CASE("the simulated endpoint speaks an own dialect, streamed and not") {
  for (const bool stream : {true, false}) {
    INFO("stream " << stream);
    test::RecordKeeper keeper;
    CHECK(simulated(keeper, stream).stages[0].ok == 4);
    REQUIRE(keeper.records.size() == 4);
    const RequestRecord& r = keeper.records[0];
    CHECK(r.streamed == stream);
    CHECK(r.output.size() > 10);
    if (!stream) continue;
    CHECK(r.events.size() == 3);
    CHECK(r.role_event);
    CHECK(r.usage_prompt_tokens == 1U);
    CHECK(r.usage_completion_tokens == 3U);
    CHECK(r.finish_reason == "length");
  }
}

TEST_CASE("the simulated endpoint's faults befall an own dialect, too") {
  const auto outcome = [](Fault fault, bool stream) {
    test::RecordKeeper keeper;
    simulated(keeper, stream, {{fault, 1}});
    return keeper.records.at(0).outcome;
  };
  for (const bool stream : {true, false}) {
    CHECK(outcome(Fault::http_500, stream) == Outcome::http_5xx);
    CHECK(outcome(Fault::content_filter, stream) == (stream ? Outcome::content_filtered : Outcome::ok));
    CHECK(outcome(Fault::reset_body, stream) == Outcome::incomplete);
  }
  CHECK(outcome(Fault::cut_stream, true) == Outcome::incomplete);
  CHECK(outcome(Fault::error_event, true) == Outcome::stream_error);
}

}  // namespace loop_own_dialect
