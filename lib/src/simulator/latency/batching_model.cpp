#include <boost/asio/steady_timer.hpp>

#include "net/no_throw.hpp"
#include "simulator/latency/batch.hpp"
#include "simulator/server/exchange.hpp"

namespace llmload::simulator {
namespace {

namespace asio = boost::asio;

/// A member that somebody waits for.
struct Awaited : BatchMember {
  Awaited(const asio::any_io_executor& executor, unsigned tokens)
      : BatchMember{tokens}, wake(executor, net::Time::max()) {}
  asio::steady_timer wake;  // never expires; cancelled when `emitted` reaches `awaited`
  unsigned awaited = 0;
};

/// Ends the steps of a batch in real time.
class BatchingModel : public LatencyModel {
 public:
  BatchingModel(const asio::any_io_executor& executor, const SimulatorOptions& options)
      : executor_(executor), options_(options), batch_(options), step_(executor) {}

  std::unique_ptr<TokenClock> begin(const Exchange& exchange) override;

  void join(std::shared_ptr<Awaited> member) {
    const bool idle = !batch_.step_ends();
    batch_.join(std::move(member), net::monotonic_now());
    if (idle) wait_for_step();
  }

 private:
  void wait_for_step() {
    const auto ends = batch_.step_ends();
    if (!ends) return;
    step_.expires_at(*ends);
    step_.async_wait([this](boost::system::error_code ec) {
      if (!ec) end_step();
    });
  }

  void end_step() {
    for (const auto& member : batch_.end_step()) {
      auto& awaited = static_cast<Awaited&>(*member);
      if (awaited.emitted >= awaited.awaited) awaited.wake.cancel();
    }
    wait_for_step();
  }

  asio::any_io_executor executor_;
  const SimulatorOptions& options_;
  Batch batch_;
  asio::steady_timer step_;
};

class BatchingClock : public TokenClock {
 public:
  BatchingClock(BatchingModel& model, const asio::any_io_executor& executor, net::Time joins, unsigned tokens)
      : model_(model), member_(std::make_shared<Awaited>(executor, tokens)), joins_(joins) {}

  asio::awaitable<void> until(unsigned count) override {
    if (!joined_) {
      joined_ = true;
      asio::steady_timer before(member_->wake.get_executor(), joins_);
      co_await before.async_wait(net::no_throw);
      model_.join(member_);
    }
    member_->awaited = count;
    while (member_->emitted < count) co_await member_->wake.async_wait(net::no_throw);
  }

 private:
  BatchingModel& model_;
  std::shared_ptr<Awaited> member_;
  net::Time joins_;
  bool joined_ = false;
};

std::unique_ptr<TokenClock> BatchingModel::begin(const Exchange& exchange) {
  const net::Time joins = exchange.received() + options_.ttft;
  return std::make_unique<BatchingClock>(*this, executor_, joins, exchange.tokens());
}

}  // namespace

std::unique_ptr<LatencyModel> make_batching_model(const asio::any_io_executor& executor,
                                                  const SimulatorOptions& options) {
  return std::make_unique<BatchingModel>(executor, options);
}

}  // namespace llmload::simulator
