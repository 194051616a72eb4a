#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <utility>
#include <vector>

#include "net/no_throw.hpp"
#include "simulator/server/exchange.hpp"

namespace llmload::simulator {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

class FunctionClock : public TokenClock {
 public:
  /// `due`: of each token, ascending.
  FunctionClock(const asio::any_io_executor& executor, std::vector<Clock::time_point> due)
      : timer_(executor), due_(std::move(due)) {}

  asio::awaitable<void> until(unsigned count) override {
    last_ = due_[count - 1];
    if (last_ <= Clock::now()) co_return;
    timer_.expires_at(last_);
    co_await timer_.async_wait(net::no_throw);
  }

  [[nodiscard]] std::optional<std::int64_t> due() const override {
    return std::chrono::nanoseconds(last_.time_since_epoch()).count();
  }

 private:
  asio::steady_timer timer_;
  const std::vector<Clock::time_point> due_;
  Clock::time_point last_;
};

class FunctionModel : public LatencyModel {
 public:
  FunctionModel(const asio::any_io_executor& executor, const SimulatorOptions& options,
                const OutputText& text)
      : executor_(executor), options_(options), text_(text) {}

  std::unique_ptr<TokenClock> begin(const Exchange& exchange) override {
    const TimedRequest request{answers_++, text_.count(exchange.question.prompt), exchange.tokens()};
    const Clock::time_point received{std::chrono::nanoseconds(exchange.received())};
    std::vector<Clock::time_point> due(request.tokens);
    for (unsigned token = 0; token < request.tokens; ++token) {
      due[token] = received + options_.latency(request, token);
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
