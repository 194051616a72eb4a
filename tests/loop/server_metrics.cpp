// What the server says of itself beside a run, and that whatever it says changes nothing of the run.
#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/text/checks.hpp"

namespace loop_server_metrics {

using namespace llmload;

constexpr std::string_view key = "a-key-that-nobody-may-see";

/// Answers requests, each when two looks at the page were over since it came, where it is to wait for that.
class Site {
 public:
  using Page = std::function<void(test::Peer&, int answered)>;
  Site(Page page, bool waits)
      : page_(std::move(page)), waits_(waits), server_([this](auto& peer, int) { serve(peer); }) {}

  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::string origin() const { return url().substr(0, url().find("/v1/")); }
  [[nodiscard]] std::vector<std::string> questions() {
    const std::scoped_lock lock(mutex_);
    return questions_;
  }

 private:
  void serve(test::Peer& peer) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      std::unique_lock lock(mutex_);
      if (request.starts_with("POST ")) {
        changed_.wait(lock, [&, wanted = looks_ + 2] { return !waits_ || looks_ >= wanted; });
        ++answered_;
        peer.send(test::good_answer());
        continue;
      }
      questions_.push_back(request);
      const int answered = answered_;
      lock.unlock();
      page_(peer, answered);
      lock.lock();
      ++looks_;
      changed_.notify_all();
    }
  }

  const Page page_;
  const bool waits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int looks_ = 0, answered_ = 0;
  std::vector<std::string> questions_;
  test::ScriptedServer server_;
};

/// Each answer has looked up 10 of its prompt, and found 4, beside what there was before the run.
std::string page_of(int answered) {
  return "vllm:num_requests_running{engine=\"0\"} 3\nvllm:prefix_cache_queries_total " +
         std::to_string(1'000 + 10 * answered) + "\nvllm:prefix_cache_hits_total " +
         std::to_string(900 + 4 * answered) + "\n";
}

void good_page(test::Peer& peer, int answered) { peer.send(test::answer(200, page_of(answered))); }

Plan plan_for(const Site& site, const std::string& server_metrics, std::vector<Stage> stages) {
  Plan plan = test::plan_for(site.url(), std::move(stages));
  plan.server_metrics = server_metrics;
  return plan;
}

bool any_has(const std::vector<std::string>& notes, std::string_view text) {
  return std::ranges::any_of(notes, [text](const auto& note) { return has(note, text); });
}

TEST_CASE("each stage has what the server said of it: levels during it, and what grew from its start on") {
  Site site(good_page, true);
  const RunResult result = run(plan_for(site, "auto", {{ClosedLoop{2}, 2}, {ClosedLoop{1}, 1}}));
  REQUIRE(result.stages.size() == 2);
  for (const Summary& s : result.stages) {
    REQUIRE(s.server);
    CHECK(s.server->failed == 0);
    CHECK(s.server->scrapes >= 3);
    CHECK(s.server->running == ServerLevel{3, 3});
    CHECK_FALSE(s.server->queued);
    CHECK(s.server->prefix_hit_share == 0.4);
    CHECK(s.notes.empty());
  }
  CHECK(result.stages[0].server->prefix_queries == 20);
  CHECK(result.stages[0].server->prefix_hits == 8);
  CHECK(result.stages[1].server->prefix_queries == 10);
}

TEST_CASE("a server that was started again during a stage has no counts of it") {
  const auto page = [](test::Peer& peer, int answered) {
    peer.send(test::answer(200, page_of(answered == 0 ? 0 : -50)));
  };
  Site site(page, true);
  const RunResult result = run(plan_for(site, "auto", {{ClosedLoop{1}, 1}}));
  REQUIRE(result.stages.at(0).server);
  CHECK(result.stages[0].server->running);
  CHECK_FALSE(result.stages[0].server->prefix_queries);
  CHECK_FALSE(result.stages[0].server->prefix_hit_share);
}

TEST_CASE("a page that is not there, wrong, endless or slow costs the run a note, and no number") {
  struct Case {
    std::string what;
    Site::Page page;
    std::string note;
  };
  const auto says = [](std::string bytes) {
    return [bytes = std::move(bytes)](test::Peer& peer, int) {
      peer.send(bytes);
      peer.close();
    };
  };
  const std::vector<Case> cases = {
      {"404", says(test::answer(404, page_of(0))), "HTTP 404"},
      {"a page of something else", says(test::answer(200, "<html>a-key-that-nobody-may-see</html>")),
       "it has no metrics that are known"},
      {"another place", says(test::answer(302, "", "Location: http://127.0.0.1:1/metrics\r\n")), "HTTP 302"},
      {"no HTTP", says("a-key-that-nobody-may-see\r\n\r\n"), "its answer is no HTTP"},
      {"half an answer", says("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nvllm:num_requests_running 3\n"),
       "it closed the connection"},
      {"nothing", says(""), "it closed the connection"},
      {"100 MB", says(test::answer(200, std::string(100'000'000, '\n'))), "its answer is longer than 8 MB"},
      {"no answer", [](test::Peer& peer, int) { peer.wait_for_end(); }, "it did not answer in time"}};
  for (const Case& c : cases) {
    INFO(c.what);
    Site site(c.page, false);
    const RunResult named =
        run(plan_for(site, site.origin() + "/metrics", {{ClosedLoop{2}, 8}, {ClosedLoop{1}, 2}}));
    REQUIRE(named.stages.size() == 2);
    for (const Summary& s : named.stages) {
      CHECK(s.ok == s.planned);
      CHECK(s.failed == 0);
      CHECK_FALSE(s.server);
    }
    INFO((named.stages[0].notes.empty() ? "no note" : named.stages[0].notes[0]));
    CHECK(any_has(named.stages[0].notes,
                  "the server's metrics could not be read: " + site.origin() + "/metrics: " + c.note));
    CHECK_FALSE(any_has(named.stages[0].notes, key));
    CHECK(named.stages[1].notes.empty());

    Site found(c.page, false);
    const RunResult looked_for = run(plan_for(found, "auto", {{ClosedLoop{2}, 8}, {ClosedLoop{1}, 2}}));
    CHECK(looked_for.stages.at(1).ok == 2);
    CHECK(looked_for.stages[0].notes.empty());
    CHECK_FALSE(looked_for.stages[0].server);
    CHECK(found.questions().size() == 1);  // and no further one
  }
}

TEST_CASE("a page that nobody serves costs the run a note") {
  Site site(good_page, false);
  const std::string nowhere = "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/metrics";
  const RunResult result = run(plan_for(site, nowhere, {{ClosedLoop{1}, 2}}));
  CHECK(result.stages.at(0).ok == 2);
  CHECK(any_has(result.stages[0].notes, nowhere + ": 127.0.0.1:"));
}

TEST_CASE("the key and the headers of the requests go with the question to their own server alone") {
  Site site(good_page, false), other(good_page, false);
  Plan plan = plan_for(site, "auto", {{ClosedLoop{1}, 1}});
  plan.extra_headers = {{"X-Tenant", "seven"}};
  (void)run(plan);
  const auto own = site.questions();
  REQUIRE_FALSE(own.empty());
  CHECK(own[0].starts_with("GET /metrics HTTP/1.1\r\n"));
  CHECK(has(own[0], "Accept: text/plain\r\n"));
  CHECK_FALSE(has(own[0], "Accept: application/json"));
  CHECK(has(own[0], key));
  CHECK(has(own[0], "X-Tenant: seven\r\n"));
  plan.server_metrics = other.origin() + "/a/page?of=it";
  const RunResult result = run(plan);
  CHECK(result.stages.at(0).server);
  const auto elsewhere = other.questions();
  REQUIRE_FALSE(elsewhere.empty());
  CHECK(elsewhere[0].starts_with("GET /a/page?of=it HTTP/1.1\r\n"));
  CHECK_FALSE(has(elsewhere[0], key));
  CHECK_FALSE(has(elsewhere[0], "X-Tenant"));
}

TEST_CASE("a plan that wants no metrics of the server does not ask for them") {
  Site site(good_page, false);
  const RunResult result = run(plan_for(site, "", {{ClosedLoop{1}, 2}}));
  CHECK_FALSE(result.stages.at(0).server);
  CHECK(site.questions().empty());
}

TEST_CASE("the simulated endpoint has such a page, over TLS, with the counts of its prefix cache") {
  for (const bool serves : {true, false}) {
    SimulatorOptions options = test::instant();
    options.prefix_cache = true;
    options.metrics = serves;
    Simulator simulator(options);
    Plan plan = test::plan_for(simulator, {{ClosedLoop{1}, 3}, {ClosedLoop{1}, 4}});
    std::string prompt;
    for (int word = 0; word < 32; ++word) prompt += "word ";
    plan.source = std::make_shared<PromptList>(std::vector<std::string>{prompt});
    plan.server_metrics = "auto";
    const RunResult result = run(plan);
    const auto& server = result.stages.at(1).server;
    REQUIRE(server.has_value() == serves);
    if (!serves) continue;
    CHECK(server->prefix_queries == 4 * 32);
    CHECK(server->prefix_hits == 4 * 32);
    CHECK(server->preemptions == 0);
    CHECK(result.stages[0].server->prefix_hits == 2 * 32);
  }
}

}  // namespace loop_server_metrics
