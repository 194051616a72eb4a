// A run in an Asio program that has other work on the same thread: a coroutine waits for it, a timer ticks.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iostream>
#include <llmload/async_run.hpp>
#include <llmload/llmload.hpp>

namespace asio = boost::asio;

asio::awaitable<void> tick(int& ticks, const bool& ended) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!ended) {
    timer.expires_after(std::chrono::milliseconds{5});
    co_await timer.async_wait(asio::use_awaitable);
    ++ticks;
  }
}

asio::awaitable<void> load(llmload::Plan plan, std::uint64_t& answers, bool& ended) {
  const auto executor = co_await asio::this_coro::executor;
  const llmload::RunOptions options;  // a name: GCC 12 destroys one that is made in the next line twice
  const llmload::RunResult result =
      co_await llmload::async_run(executor, std::move(plan), options, asio::use_awaitable);
  answers = result.stages.at(0).ok;
  ended = true;
}

int main() {
  llmload::SimulatorOptions simulated;
  simulated.ttft = std::chrono::milliseconds{20};
  const llmload::Simulator simulator(simulated);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.max_tokens = 16;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"Say hello."});
  plan.stages = {{.loop = llmload::ClosedLoop{2}, .requests = 20}};

  asio::io_context io;
  std::uint64_t answers = 0;
  int ticks = 0;
  bool ended = false;
  asio::co_spawn(io, load(std::move(plan), answers, ended), asio::detached);
  asio::co_spawn(io, tick(ticks, ended), asio::detached);
  io.run();
  std::cout << answers << " answers, and " << ticks << " ticks meanwhile\n";
  return answers == 20 && ticks > 0 ? 0 : 1;
}
