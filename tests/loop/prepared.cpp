// Requests as they go onto the wire.
#include <boost/json.hpp>
#include <chrono>
#include <llmload/llmload.hpp>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "workload/random_prompts.hpp"

namespace loop_prepared {

using namespace llmload;
using test::Peer;
using test::ScriptedServer;

/// The texts of all requests that came.
class Prompts {
 public:
  void add(const std::string& request) {
    const auto body = boost::json::parse(request.substr(request.find("\r\n\r\n") + 4));
    const std::scoped_lock lock(mutex_);
    texts_.emplace_back(body.at("messages").as_array().back().at("content").as_string());
  }
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::mutex mutex_;
  std::vector<std::string> texts_;
};

TEST_CASE(
    "no two requests of runs with unique prompts share one, nor its beginning, the question for usage "
    "included") {
  Prompts seen;
  const ScriptedServer server([&seen](Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      seen.add(request);
      peer.send(test::good_answer());
    }
  });
  const auto tokenizer = load_tokenizer(LLMLOAD_TEST_DATA "/tokenize/tiny.model");
  Plan plan = test::plan_for(server.url(), {{ClosedLoop{4}, 50}, {ClosedLoop{2}, 50}});
  plan.stream = true;
  plan.source = std::make_shared<workload::RandomPrompts>(*tokenizer, 100, true, 1);
  CHECK(run(plan).stages[1].begun == 50);
  CHECK(run(plan).stages[1].begun == 50);
  CHECK(seen.texts().size() == 2 * 101);
  std::set<std::string> beginnings;
  for (const std::string& text : seen.texts()) {
    if (text.size() > 60) beginnings.insert(text.substr(0, 60));
  }
  CHECK(beginnings.size() == 200);
}

TEST_CASE("a body that is longer than one write arrives as it is, over plain HTTP and TLS") {
  const std::string prompt = [] {
    std::string text;
    for (int i = 0; text.size() < 100'000; ++i) text += std::to_string(i) + ' ';
    return text;
  }();
  Prompts seen;
  const ScriptedServer server([&seen](Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      seen.add(request);
      peer.send(test::good_answer());
    }
  });
  Plan plan = test::plan_for(server.url(), {{ClosedLoop{1}, 3}});
  plan.source = std::make_shared<PromptList>(std::vector<std::string>{prompt});
  CHECK(run(plan).stages[0].ok == 3);
  CHECK(seen.texts() == std::vector<std::string>(3, prompt));

  const Simulator simulator(
      test::instant());  // over TLS; it answers only what is JSON, of the length it was told
  Plan secure = test::plan_for(simulator, {{ClosedLoop{1}, 3}});
  secure.source = plan.source;
  CHECK(run(secure).stages[0].ok == 3);
}

TEST_CASE("a run can be stopped at any moment of its begin") {
  const ScriptedServer server([](Peer& peer, int) {
    while (!peer.read_request().empty()) peer.send(test::good_answer());
  });
  for (int moment = 0; moment < 500; ++moment) {
    Plan plan = test::plan_for(server.url(), {{ClosedLoop{2}, 1'000'000}});
    plan.cores = 2;
    std::stop_source stop;
    const std::jthread stopper([&stop, moment] {
      const auto until = std::chrono::steady_clock::now() + moment * std::chrono::microseconds(4);
      while (std::chrono::steady_clock::now() < until) {
      }
      stop.request_stop();
    });
    CHECK(run(plan, {.stop = stop.get_token()}).interrupted);
  }
}

}  // namespace loop_prepared
