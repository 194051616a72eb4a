// A run that waits until its endpoints answer, before its first request.
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/text/checks.hpp"

namespace loop_ready {

using namespace llmload;
using namespace std::chrono_literals;
using test::Peer;
using test::ScriptedServer;

constexpr auto long_enough = 24h;  // nobody waits for it

/// A server that answers as it is told to, first these; then a GET is a 405, and anything else is good. Keeps
/// the first lines of all requests.
class Starting {
 public:
  explicit Starting(std::vector<std::string> first)
      : first_(std::move(first)), server_([this](Peer& peer, int) { serve(peer); }) {}

  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }

 private:
  void serve(Peer& peer) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request())
      peer.send(answer(request));
  }
  std::string answer(const std::string& request) {
    const std::scoped_lock lock(mutex_);
    lines_.push_back(request.substr(0, request.find('\r')));
    if (lines_.size() <= first_.size()) return first_[lines_.size() - 1];
    return request.starts_with("GET ") ? test::answer(405, "{}") : test::good_answer();
  }

  const std::vector<std::string> first_;
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  ScriptedServer server_;
};

Plan waiting(const std::string& url, std::chrono::nanoseconds limit = long_enough) {
  Plan plan = test::plan_for(url, {{ClosedLoop{1}, 2}});
  plan.ready_timeout = limit;
  return plan;
}

std::string refusal(const Plan& plan) {
  return error_of<InputError>([&plan] { (void)run(plan); });
}

TEST_CASE("a run waits while the endpoint says that it is not there yet, with GETs of its own URL") {
  const Starting server({test::answer(503, R"({"error":{"message":"Loading model"}})"),
                         test::answer(502, "<html>"), test::answer(504, "")});
  const std::string get = "GET /v1/chat/completions HTTP/1.1", post = "POST /v1/chat/completions HTTP/1.1";
  const RunResult result = run(waiting(server.url()));
  CHECK(server.lines() == std::vector<std::string>{get, get, get, get, post, post});
  CHECK(result.stages.at(0).begun == 2);
  CHECK(result.stages[0].ok == 2);
}

TEST_CASE("any other answer is one, also an error, and it is asked once") {
  for (const int status : {200, 307, 400, 401, 403, 404, 429, 500}) {
    INFO(status);
    const Starting server({test::answer(status, "")});
    CHECK(run(waiting(server.url())).stages.at(0).ok == 2);
    CHECK(server.lines().size() == 3);
  }
}

TEST_CASE("each of several endpoints is waited for") {
  const Starting first({test::answer(503, "")}), second({test::answer(503, ""), test::answer(503, "")});
  Plan plan = waiting(first.url());
  plan.endpoints.push_back(parse_endpoint(second.url()));
  CHECK(run(plan).stages.at(0).ok == 2);
  CHECK(first.lines().size() == 3);
  CHECK(second.lines().size() == 4);
}

TEST_CASE("a run that is not told to wait does not") {
  const Starting server({test::answer(503, "")});
  Plan plan = waiting(server.url());
  plan.ready_timeout.reset();
  CHECK(run(plan).stages.at(0).ok == 1);
  CHECK(server.lines().size() == 2);
}

TEST_CASE("an endpoint that opens its port while the run waits is met over TLS and over plain HTTP") {
  for (const bool tls : {false, true}) {
    INFO("TLS " << tls);
    SimulatorOptions options = test::instant();
    options.port = static_cast<std::uint16_t>(test::closed_port());
    options.tls = tls;
    Plan plan = waiting((tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(options.port) +
                        "/v1/chat/completions");
    plan.tls_verify = false;
    std::unique_ptr<Simulator> simulator;
    const auto open = [&](const Progress& progress) {
      if (progress.waiting && !simulator) simulator = std::make_unique<Simulator>(options);
    };
    CHECK(run(plan, {.progress = open}).stages.at(0).ok == 2);
    CHECK(simulator->requests() == 3);
  }
}

TEST_CASE("an endpoint that is not ready in time ends the run before it begins, with what was met last") {
  const std::string nobody = "http://127.0.0.1:" + std::to_string(test::closed_port()) +
                             "/v1/chat/completions?api-version=1&code=secret-of-a-query";
  const std::string refused = refusal(waiting(nobody, 30ms));
  INFO(refused);
  CHECK(has(refused, "after 0.03 s (READY_TIMEOUT_SECONDS) http://127.0.0.1:"));
  CHECK(has(refused, "is not ready: connect_failed, "));
  CHECK_FALSE(has(refused, "secret-of-a-query"));

  const std::string loading = R"({"error":{"message":"Loading a-key-that-nobody-may-see"}})";
  const Starting busy(std::vector<std::string>(100, test::answer(503, loading)));
  const std::string why = refusal(waiting(busy.url(), 30ms));
  INFO(why);
  CHECK(has(why, "is not ready: http_5xx, "));
  CHECK(has(why, "Loading"));
  CHECK_FALSE(has(why, "a-key-that-nobody-may-see"));
}

TEST_CASE("an endpoint that accepts connections and says nothing is not ready") {
  const ScriptedServer silent([](Peer& peer, int) { peer.wait_for_end(); });
  CHECK(has(refusal(waiting(silent.url(), 50ms)), "is not ready: total_timeout, "));
}

TEST_CASE("a run that is stopped while it waits ends as interrupted, and has sent no request") {
  const std::string nobody =
      "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/v1/chat/completions";
  std::stop_source stop;
  Progress seen;
  const auto on_progress = [&](const Progress& progress) {
    seen = progress;
    stop.request_stop();
  };
  const RunResult result = run(waiting(nobody), {.stop = stop.get_token(), .progress = on_progress});
  CHECK(result.interrupted);
  CHECK(result.stages.empty());
  CHECK(seen.waiting);
  CHECK(seen.elapsed > 0ns);
}

TEST_CASE("what the progress throws during the wait comes out of the run, which then no longer waits") {
  const std::string nobody =
      "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/v1/chat/completions";
  Run waits(waiting(nobody), {.progress = [](const Progress&) { throw std::domain_error("enough"); }});
  CHECK_THROWS_AS(waits.wait(), std::domain_error);
  CHECK_FALSE(waits.progress().waiting);
}

}  // namespace loop_ready
