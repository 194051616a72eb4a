// A program with an Asio of its own, compiled with its own macros, that uses it before, during and inside a
// run of llmload's over TLS, and has parts of its own in that run. It ends with 0 where all did what it
// should.
#include <atomic>
#include <cstdio>
#include <llmload/llmload.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "own_asio.hpp"

namespace {

int failures = 0;

void check(bool holds, const char* what) {
  if (holds) return;
  std::printf("FAILED: %s\n", what);
  ++failures;
}

/// Uses the host's Asio on a thread of the run's.
class Within : public llmload::Sink {
 public:
  void on_record(const llmload::RequestRecord& record) override {
    ok += record.outcome == llmload::Outcome::ok ? 1 : 0;
    works = works && own_asio_works();
  }
  int ok = 0;
  bool works = true;
};

/// Each character is a token.
class Characters : public llmload::Tokenizer {
 public:
  [[nodiscard]] std::size_t count(std::string_view text) const override { return text.size(); }
};

/// Asks the number of the request.
class Numbers : public llmload::RequestSource {
 public:
  [[nodiscard]] std::shared_ptr<const llmload::RequestSpec> next(
      const llmload::Conversation& conversation) const override {
    return std::make_shared<const llmload::RequestSpec>(llmload::ask(std::to_string(conversation.index)));
  }
};

/// Fails at each stage, and has no name of its own.
class Broken : public llmload::Sink {
 public:
  void on_stage(const llmload::Summary& /*summary*/) override { throw std::runtime_error("a broken sink"); }
};

llmload::Plan plan_for(const llmload::Simulator& server) {
  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(server.origin() + "/v1/chat/completions")};
  plan.api_key = llmload::Secret("any");
  plan.ca_pem = server.ca_pem();
  plan.source = std::make_shared<Numbers>();
  plan.tokenizer = std::make_shared<Characters>();
  plan.stages = {{.loop = llmload::ClosedLoop{2}, .requests = 20}};
  plan.stream = true;
  plan.max_tokens = 4;
  plan.cores = 1;
  return plan;
}

void run_beside_own_asio() {
  llmload::SimulatorOptions options;
  options.ttft = options.gap = std::chrono::milliseconds(1);
  const llmload::Simulator server(options);
  std::atomic<bool> ended{false}, works{true};
  std::thread beside([&] {
    while (!ended) works = works && own_asio_works();
  });
  Within within;
  Broken broken;
  llmload::TeeSink both({&within, &broken});
  llmload::RunOptions with;
  with.sink = &both;
  const llmload::RunResult result = llmload::run(plan_for(server), with);
  ended = true;
  beside.join();
  check(result.stages.size() == 1 && result.stages[0].ok == 20, "a run over TLS");
  check(result.stages.size() == 1 && result.stages[0].e2e_ms() && result.stages[0].e2e_ms()->p50 > 0,
        "a metric of it");
  check(within.ok == 20, "its records");
  check(result.errors.size() == 1 && result.errors[0].what == "a broken sink", "the error of a broken sink");
  check(!result.errors.empty() && !result.errors[0].sink.empty(), "the broken sink's name");
  check(within.works, "the host's Asio inside a run");
  check(works, "the host's Asio beside a run");
}

/// One of ours, by its type.
template <class Error, class Function>
bool throws(Function function) {
  try {
    function();
  } catch (const Error&) {
    return true;
  }
  return false;
}

}  // namespace

#ifdef AS_PLUGIN
extern "C" __attribute__((visibility("default"))) int run_plugin() {
#else
int main() {
#endif
  check(own_asio_works(), "the host's Asio alone");
  run_beside_own_asio();
  check(throws<llmload::PlanError>([] { (void)llmload::run(llmload::Plan()); }), "a PlanError");
  check(throws<llmload::InputError>([] { (void)llmload::load_parameters("/no/such/file"); }),
        "an InputError");
  check(throws<std::runtime_error>([] { (void)llmload::parse_endpoint("no url"); }), "its base");
  check(llmload::version().find('.') != std::string_view::npos, "the version");
  check(own_asio_works(), "the host's Asio behind a run");
  return failures == 0 ? 0 : 1;
}
