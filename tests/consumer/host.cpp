// A program with an Asio of its own, header-only and compiled with its own macros, that uses it before,
// during and inside a run of llmload's over TLS. It ends with 0 where both did what they should.
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <llmload/llmload.hpp>
#include <string>
#include <thread>
#include <utility>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

int failures = 0;

void check(bool holds, const char* what) {
  if (holds) return;
  std::printf("FAILED: %s\n", what);
  ++failures;
}

/// A timer, and a word over a socket, on a loop of the host's own.
bool own_asio_works() {
  asio::io_context io;
  int fired = 0;
  asio::steady_timer timer(io, std::chrono::milliseconds(1));
  timer.async_wait([&fired](const error_code& ec) { fired += ec ? 0 : 1; });

  tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  tcp::socket client(io), server(io);
  std::string sent = "a word", received(sent.size(), ' ');
  std::size_t bytes = 0;
  acceptor.async_accept(server, [&](const error_code& accepted) {
    if (accepted) return;
    server.async_read_some(asio::buffer(received), [&](const error_code&, std::size_t n) { bytes = n; });
  });
  client.async_connect(acceptor.local_endpoint(), [&](const error_code& connected) {
    if (connected) return;
    asio::async_write(client, asio::buffer(sent), [](const error_code&, std::size_t) {});
  });
  io.run();
  return fired == 1 && bytes == sent.size() && received == sent;
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

llmload::Plan plan_for(const llmload::Simulator& server) {
  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(server.origin() + "/v1/chat/completions")};
  plan.api_key = llmload::Secret("any");
  plan.ca_pem = server.ca_pem();
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"hello"});
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
  std::atomic<bool> ended = false, works = true;
  std::thread beside([&] {
    while (!ended) works = works && own_asio_works();
  });
  Within within;
  llmload::RunOptions with;
  with.sink = &within;
  const llmload::RunResult result = llmload::run(plan_for(server), with);
  ended = true;
  beside.join();
  check(result.stages.size() == 1 && result.stages[0].ok == 20, "a run over TLS");
  check(within.ok == 20, "its records");
  check(within.works, "the host's Asio inside a run");
  check(works, "the host's Asio beside a run");
}

}  // namespace

int main() {
  check(own_asio_works(), "the host's Asio alone");
  run_beside_own_asio();
  bool caught = false;
  try {
    (void)llmload::run(llmload::Plan());
  } catch (const llmload::PlanError&) {
    caught = true;
  }
  check(caught, "an error of ours is caught by its type");
  check(own_asio_works(), "the host's Asio behind a run");
  return failures == 0 ? 0 : 1;
}
