#include "engine/session/watchdog.hpp"

namespace llmload::engine {

void Watchdog::arm(net::Time at, Outcome meaning) {
  deadline_ = at;
  meaning_ = meaning;
  expired_.reset();
  if (!timer_at_ || at < *timer_at_) wait_until(at);
}

void Watchdog::wait_until(net::Time at) {
  timer_at_ = at;
  timer_.expires_at(at);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](boost::system::error_code ec) {
    if (!ec && !alive.expired()) on_timer();
  });
}

void Watchdog::on_timer() {
  timer_at_.reset();
  if (!deadline_) return;
  if (net::monotonic_now() < *deadline_) return wait_until(*deadline_);
  deadline_.reset();
  expired_ = meaning_;
  interrupt_();
}

}  // namespace llmload::engine
