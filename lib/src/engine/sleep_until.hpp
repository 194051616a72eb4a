#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>

namespace llmload::engine {

/// Until `at` (CLOCK_MONOTONIC, ns). False: the timer was cancelled.
inline boost::asio::awaitable<bool> sleep_until(boost::asio::steady_timer& timer, std::int64_t at) {
  timer.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(at)));
  const auto result = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  co_return !std::get<0>(result);
}

}  // namespace llmload::engine
