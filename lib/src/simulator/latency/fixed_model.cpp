#include <boost/asio/steady_timer.hpp>
#include <random>

#include "net/no_throw.hpp"
#include "simulator/server/exchange.hpp"

namespace llmload::simulator {
namespace {

namespace asio = boost::asio;

/// Token k (0, 1, 2 ...) comes at start + ttft + k gap, moved by its own draw from [-jitter, jitter], and
/// never before the token ahead of it.
class FixedClock : public TokenClock {
 public:
  FixedClock(const asio::any_io_executor& executor, const SimulatorOptions& options, std::uint64_t seed,
             net::Time received)
      : timer_(executor), options_(options), random_(seed), start_(received) {}

  asio::awaitable<void> until(unsigned count) override {
    net::Time due = last_;
    for (; known_ < count; ++known_) {
      last_ = std::max(last_, start_ + options_.ttft + known_ * options_.gap + draw());
      due = last_;
    }
    if (due <= net::monotonic_now()) co_return;
    timer_.expires_at(due);
    co_await timer_.async_wait(net::no_throw);
  }

  [[nodiscard]] std::optional<net::Time> due() const override { return last_; }

 private:
  std::chrono::nanoseconds draw() {
    if (options_.jitter.count() == 0) return std::chrono::nanoseconds(0);
    const double unit = static_cast<double>(random_() >> 11) * 0x1p-53;  // [0, 1)
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>((2 * unit - 1) * static_cast<double>(options_.jitter.count())));
  }

  asio::steady_timer timer_;
  const SimulatorOptions& options_;
  std::mt19937_64 random_;
  net::Time start_;
  net::Time last_ = net::Time::min();
  unsigned known_ = 0;
};

class FixedModel : public LatencyModel {
 public:
  FixedModel(const asio::any_io_executor& executor, const SimulatorOptions& options)
      : executor_(executor), options_(options) {}

  std::unique_ptr<TokenClock> begin(const Exchange& exchange) override {
    return std::make_unique<FixedClock>(executor_, options_, options_.seed * 1'000'003 + answers_++,
                                        exchange.received());
  }

 private:
  asio::any_io_executor executor_;
  const SimulatorOptions& options_;
  std::uint64_t answers_ = 0;
};

}  // namespace

std::unique_ptr<LatencyModel> make_fixed_model(const asio::any_io_executor& executor,
                                               const SimulatorOptions& options) {
  return std::make_unique<FixedModel>(executor, options);
}

}  // namespace llmload::simulator
