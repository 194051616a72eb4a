#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/session/session.hpp"
#include "net/arrival_clock.hpp"

namespace llmload::engine {

namespace asio = boost::asio;
using std::chrono::nanoseconds;

/// Sends the turns behind `before`, each when it is due, until one fails or the stage is over.
asio::awaitable<void> Session::later_turns(StageRun& stage, Slot slot, PreparedPtr before,
                                           const Finish& finish) {
  const Stamp first_due = slot.due;
  for (bool goes_on = true; goes_on;) {
    const auto ask = [&](auto give) {
      shard_.run.ahead.make({slot.index, std::exchange(before, nullptr), std::exchange(answer_, {}),
                             [give = std::move(give)](PreparedPtr made) mutable { give(std::move(made)); }});
      return nullptr;
    };
    const auto over = [&] { return waiting_.stopped() || stage.stopped(); };
    const net::Time answered = free_since_;
    std::optional<PreparedPtr> made = co_await waiting_.answer<PreparedPtr>(ask, over);
    if (!made || *made == nullptr) co_return;
    PreparedPtr request = std::move(*made);
    const auto& behind_first = request->turn.behind_first;
    const net::Time due = behind_first && first_due ? stage.start() + *first_due + *behind_first
                                                    : answered + request->turn.think;
    const net::Time prepared = net::monotonic_now();
    if (slot.measured) shard_.lags.prepare.add(std::max(prepared - std::max(due, answered), nanoseconds(0)));
    slot.due = due - stage.start();
    slot.allowed_at = {};
    (void)co_await waiting_.until(due);
    if (shard_.run.quota && !over()) {
      slot.allowed_at = shard_.reserve(*request, std::max(due, prepared));
      (void)co_await waiting_.until(slot.allowed_at);
    }
    const net::Time now = net::monotonic_now();
    if (over() || (!slot.measured && stage.has_finished(now)) || !may_spend(stage)) co_return;
    Outgoing outgoing = begin(stage, slot, std::move(request), now);
    co_await exchange(record_->endpoint, outgoing.bytes(), *record_);
    learn(outgoing);
    if (may_try_again()) co_await further_attempts(stage, outgoing, now);
    goes_on = end(outgoing, finish);
    before = std::move(outgoing.prepared);
  }
}

}  // namespace llmload::engine
