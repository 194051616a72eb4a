#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <utility>
#include <vector>

#include "net/no_throw.hpp"
#include "simulator/server/exchange.hpp"

namespace llmload::simulator {
namespace {

namespace asio = boost::asio;

class FunctionClock : public TokenClock {
 public:
  /// `due`: of each token, ascending.
  FunctionClock(const asio::any_io_executor& executor, std::vector<net::Time> due)
      : timer_(executor), due_(std::move(due)) {}

  asio::awaitable<void> until(unsigned count) override {
    last_ = due_[count - 1];
    if (last_ <= net::monotonic_now()) co_return;
    timer_.expires_at(last_);
    co_await timer_.async_wait(net::no_throw);
  }

  [[nodiscard]] std::optional<net::Time> due() const override { return last_; }

 private:
  asio::steady_timer timer_;
  const std::vector<net::Time> due_;
  net::Time last_;
};

class FunctionModel : public LatencyModel {
 public:
  FunctionModel(const asio::any_io_executor& executor, const SimulatorOptions& options,
                const OutputText& text)
      : executor_(executor), options_(options), text_(text) {}

  std::unique_ptr<TokenClock> begin(const Exchange& exchange) override {
    const PromptTokens prompt = exchange.prompt_tokens(text_);
    const TimedRequest request{answers_++, prompt.all, exchange.tokens(), prompt.cached.value_or(0)};
    std::vector<net::Time> due(request.tokens);
    for (unsigned token = 0; token < request.tokens; ++token) {
      due[token] = exchange.received() + options_.latency(request, token);
      if (token > 0) due[token] = std::max(due[token], due[token - 1]);
    }
    return std::make_unique<FunctionClock>(executor_, std::move(due));
  }

 private:
  asio::any_io_executor executor_;
  const SimulatorOptions& options_;
  const OutputText& text_;
  std::uint64_t answers_ = 0;
};

}  // namespace

std::unique_ptr<LatencyModel> make_function_model(const asio::any_io_executor& executor,
                                                  const SimulatorOptions& options, const OutputText& text) {
  return std::make_unique<FunctionModel>(executor, options, text);
}

}  // namespace llmload::simulator
