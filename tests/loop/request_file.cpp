// Files of requests, from their rows to the wire.
#include <algorithm>
#include <boost/json.hpp>
#include <llmload/llmload.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_request_file {

using namespace llmload;
using namespace std::chrono_literals;
using test::Peer;
using test::ScriptedServer;
namespace json = boost::json;

/// Answers each request, and keeps all of them.
class KeepingServer {
 public:
  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  const ScriptedServer server_{[this](Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
      }
      peer.send(test::good_answer());
    }
  }};
};

json::value body_of(const std::string& request) {
  return json::parse(request.substr(request.find("\r\n\r\n") + 4));
}

std::shared_ptr<const RequestFile> file_of(const tokenize::TemporaryDirectory& folder,
                                           const std::string& rows, const RequestFileOptions& options = {}) {
  return std::make_shared<const RequestFile>(folder.write("rows.jsonl", rows), options);
}

TEST_CASE(
    "rows of each kind arrive with their messages, lengths, bodies and headers, and come back by label") {
  const tokenize::TemporaryDirectory folder;
  KeepingServer server;
  Plan plan = test::plan_for(server.url(), {{ClosedLoop{1}}});
  plan.extra_headers = {{"x-of-plan", "1"}, {"x-of-both", "1"}};
  plan.extra_body = R"({"seed":7,"stop":["plan"]})";
  plan.source = file_of(folder, R"("plain"
{"prompt":"p","max_tokens":3,"label":"short","headers":{"X-Of-Both":"2","User-Agent":"own"}}
{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"m","stop":["row"],"messages":[{"role":"user","content":[{"type":"text","text":"t"}]}]}}
{"conversations":[{"from":"human","value":"h"},{"from":"gpt","value":"g"}],"id":4}
)",
                        {.at_end = AtEnd::stop});
  test::RecordKeeper records;
  const RunResult result = run(plan, {.sink = &records});
  CHECK(result.stages.at(0).ok == 4);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 4);
  CHECK(body_of(requests[0]).at("messages") == json::parse(R"([{"role":"user","content":"plain"}])"));
  CHECK(body_of(requests[0]).at("max_tokens") == 2);
  CHECK(requests[0].find("x-of-both: 1\r\n") != std::string::npos);
  CHECK(body_of(requests[1]).at("max_tokens") == 3);
  CHECK(body_of(requests[1]).at("seed") == 7);
  CHECK(requests[1].find("X-Of-Both: 2\r\n") != std::string::npos);
  CHECK(requests[1].find("x-of-both: 1") == std::string::npos);
  CHECK(requests[1].find("x-of-plan: 1\r\n") != std::string::npos);
  CHECK(requests[1].find("User-Agent: own\r\n") != std::string::npos);
  CHECK(requests[1].find("User-Agent: llmload") == std::string::npos);
  CHECK(body_of(requests[2]).at("model") == "m");
  CHECK(body_of(requests[2]).at("stop") == json::parse(R"(["row"])"));
  CHECK(body_of(requests[2]).at("messages").at(0).at("content").at(0).at("text") == "t");
  CHECK(body_of(requests[3]).at("messages") == json::parse(R"([{"role":"user","content":"h"}])"));
  std::vector<std::string> labels;
  for (const RequestRecord& record : records.records) labels.push_back(record.label);
  CHECK(labels == std::vector<std::string>{"", "short", "b", "4"});
}

const std::string cut_short =
    "the source of the requests ended, after 50 of them, before the stage would have";

TEST_CASE("a file that stops ends its stages, in both loops, on one core and on two, with each row once") {
  const tokenize::TemporaryDirectory folder;
  std::string rows;
  for (int i = 0; i < 50; ++i) rows += "\"row " + std::to_string(i) + "\"\n";
  const auto file = file_of(folder, rows, {.order = RowOrder::shuffled, .at_end = AtEnd::stop});
  Stage by_time{ClosedLoop{3}};
  by_time.duration = 60s;
  Stage more{ClosedLoop{60}, 1'000};
  more.warmup_requests = 10;
  const Stage open{OpenLoop{make_constant_pacer(2'000), "constant", 2'000}};
  for (const unsigned cores : {1U, 2U}) {
    for (const Stage& stage : {by_time, more, open}) {
      KeepingServer server;
      Plan plan = test::plan_for(server.url(), {stage});
      plan.source = file;
      plan.cores = cores;
      const RunResult result = run(plan);
      INFO(describe(stage) << ", cores: " << cores);
      CHECK(result.stages.at(0).ok == 50 - stage.warmup_requests);
      CHECK_FALSE(result.stages.at(0).interrupted);
      const auto& notes = result.stages.at(0).notes;
      const bool told = std::ranges::find(notes, cut_short) != notes.end();
      CHECK(told == (stage.requests || stage.duration));
      std::vector<std::string> seen, all;
      for (const std::string& request : server.requests())
        seen.emplace_back(body_of(request).at("messages").at(0).at("content").as_string());
      for (int i = 0; i < 50; ++i) all.push_back("row " + std::to_string(i));
      std::ranges::sort(seen);
      std::ranges::sort(all);
      CHECK(seen == all);
    }
  }
}

TEST_CASE("a stage whose warm-up by time took all of a file has measured nothing, and says so") {
  const tokenize::TemporaryDirectory folder;
  KeepingServer server;
  Plan plan = test::plan_for(server.url(), {{ClosedLoop{1}}});
  plan.source = file_of(folder, "\"a\"\n\"b\"\n", {.at_end = AtEnd::stop});
  plan.stages.at(0).warmup = 60s;
  plan.stages.at(0).duration = 1s;
  const Summary stage = run(plan).stages.at(0);
  CHECK(stage.outside_window == 2);
  CHECK(stage.begun == 0);
  CHECK(std::ranges::count(stage.invalid_reasons, "none_measured", &InvalidReason::code) == 1);
}

TEST_CASE("a stage of as many requests as a file has is not cut short") {
  const tokenize::TemporaryDirectory folder;
  KeepingServer server;
  const Stage open{OpenLoop{make_constant_pacer(2'000), "constant", 2'000}, 2};
  Plan plan = test::plan_for(server.url(), {{ClosedLoop{1}, 2}, open});
  plan.source = file_of(folder, "\"a\"\n\"b\"\n", {.at_end = AtEnd::stop});
  for (const Summary& stage : run(plan).stages) {
    CHECK(stage.ok == 2);
    for (const std::string& note : stage.notes) CHECK_FALSE(note.starts_with("the source"));
  }
}

TEST_CASE("a row that the dialect can't say ends a run before anything is sent") {
  const tokenize::TemporaryDirectory folder;
  KeepingServer server;
  Plan plan = test::plan_for(server.url(), {{ClosedLoop{1}, 2}});
  plan.endpoints = {parse_endpoint(server.url(), completions_dialect())};
  plan.source = file_of(folder, R"("plain"
{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}
)");
  CHECK_THROWS_WITH(run(plan),
                    "source gives request 1 several messages with roles, which a completion can't say");
  CHECK(server.requests().empty());
}

TEST_CASE("a warm-up that would take all of a file is refused") {
  const tokenize::TemporaryDirectory folder;
  Plan plan = test::plan_for("http://127.0.0.1:1/v1/chat/completions", {{ClosedLoop{1}}});
  plan.source = file_of(folder, "\"a\"\n\"b\"\n", {.at_end = AtEnd::stop});
  plan.stages.at(0).warmup_requests = 2;
  CHECK_THROWS_WITH(validate(plan), "stages[0].warmup_requests is 2, and the source ends after 2");
}

}  // namespace loop_request_file
