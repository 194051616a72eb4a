#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <vector>

#include "simulator/latency_model.hpp"

namespace llmload::simulator {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

/// An answer in the batch, or in the queue before it.
struct Member {
  Member(asio::any_io_executor executor, unsigned tokens)
      : wake(executor, Clock::time_point::max()), wanted(tokens) {}
  asio::steady_timer wake;  // never expires; cancelled when `emitted` reaches `awaited`
  unsigned wanted;
  unsigned emitted = 0;
  unsigned awaited = 0;
};

/// Continuous batching: a step gives each member a token; who is done leaves, who waits joins, between steps.
class BatchingModel : public LatencyModel {
 public:
  BatchingModel(asio::any_io_executor executor, const SimulatorOptions& options)
      : executor_(executor), options_(options), step_(executor) {}

  std::unique_ptr<TokenClock> begin(unsigned tokens, std::int64_t received) override;

  void join(std::shared_ptr<Member> member) {
    queue_.push_back(std::move(member));
    if (batch_.empty()) {
      step_begins_ = Clock::now();
      begin_step();
    }
  }

 private:
  void begin_step() {
    while (!queue_.empty() && batch_.size() < options_.max_batch) {
      batch_.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    if (batch_.empty()) return;
    // From the step's planned begin, so that lateness does not add up.
    step_begins_ += options_.step_base + batch_.size() * options_.step_per_stream;
    step_.expires_at(step_begins_);
    step_.async_wait([this](boost::system::error_code ec) {
      if (!ec) end_step();
    });
  }

  void end_step() {
    for (const auto& member : batch_) {
      if (++member->emitted >= member->awaited) member->wake.cancel();
    }
    std::erase_if(batch_, [](const auto& member) { return member->emitted >= member->wanted; });
    begin_step();
  }

  asio::any_io_executor executor_;
  const SimulatorOptions& options_;
  asio::steady_timer step_;
  Clock::time_point step_begins_;
  std::vector<std::shared_ptr<Member>> batch_;
  std::deque<std::shared_ptr<Member>> queue_;
};

class BatchingClock : public TokenClock {
 public:
  BatchingClock(BatchingModel& model, asio::any_io_executor executor, Clock::time_point joins,
                unsigned tokens)
      : model_(model), member_(std::make_shared<Member>(executor, tokens)), joins_(joins) {}

  asio::awaitable<void> until(unsigned count) override {
    if (!joined_) {
      joined_ = true;
      asio::steady_timer before(member_->wake.get_executor(), joins_);
      co_await before.async_wait(no_throw);
      model_.join(member_);
    }
    member_->awaited = count;
    while (member_->emitted < count) co_await member_->wake.async_wait(no_throw);
  }

 private:
  BatchingModel& model_;
  std::shared_ptr<Member> member_;
  Clock::time_point joins_;
  bool joined_ = false;
};

std::unique_ptr<TokenClock> BatchingModel::begin(unsigned tokens, std::int64_t received) {
  const Clock::time_point joins{std::chrono::nanoseconds(received) + options_.ttft};
  return std::make_unique<BatchingClock>(*this, executor_, joins, tokens);
}

}  // namespace

std::unique_ptr<LatencyModel> make_batching_model(asio::any_io_executor executor,
                                                  const SimulatorOptions& options) {
  return std::make_unique<BatchingModel>(executor, options);
}

}  // namespace llmload::simulator
