#include "engine/session/waiting.hpp"

#include <boost/asio/use_awaitable.hpp>

#include "net/arrival_clock.hpp"

namespace llmload::engine {

namespace asio = boost::asio;

Waiting::Waiting(const asio::any_io_executor& executor)
    : executor_(executor), watchdog_(executor, [this] {
        if (sleeper_)
          wake();
        else if (transport_ != nullptr)
          transport_->cancel();
      }) {}

asio::awaitable<bool> Waiting::until(net::Time at) {
  if (stopped_ || net::monotonic_now() >= at) co_return !stopped_;
  arm({at, Outcome::ok});
  while (!stopped_ && !watchdog_.expired()) co_await word();
  disarm();
  co_return !stopped_;
}

asio::awaitable<void> Waiting::word() {
  const auto keep = [slot = &sleeper_](auto handler) { slot->emplace(std::move(handler)); };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(keep, asio::use_awaitable);
}

void Waiting::wake() {
  if (!sleeper_) return;
  Sleeper sleeper = std::move(*sleeper_);
  sleeper_.reset();
  std::move(sleeper)();  // the last thing: the coroutine may end us
}

void Waiting::stop() {
  stopped_ = true;
  if (!sleeper_) return;
  // Not from here: who stops may be in the middle of a list.
  asio::post(executor_, [sleeper = std::move(*sleeper_)]() mutable { std::move(sleeper)(); });
  sleeper_.reset();
}

void Waiting::cancel() {
  cancelled_ = true;
  stop();
  if (transport_ != nullptr) transport_->cancel();
}

}  // namespace llmload::engine
