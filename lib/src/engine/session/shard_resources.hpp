#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run_context.hpp"
#include "engine/session/exchange.hpp"
#include "engine/session/waiting.hpp"
#include "engine/stage_run.hpp"
#include "metrics/stores/histogram.hpp"
#include "net/arrival_clock.hpp"
#include "net/poller.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"
#include "workload/random.hpp"

namespace llmload::engine {

/// A request as it goes onto the wire: its head with the begin of its body, as much as one write takes, and
/// the rest where it is. Written once where equal ones follow each other.
struct Outgoing {
  PreparedPtr prepared;
  std::uint64_t key_version = 0;
  std::shared_ptr<const std::string> opening;
  std::size_t rest_from = 0;  ///< place in the body

  [[nodiscard]] RequestBytes bytes() const {
    return {*opening, std::string_view(prepared->body).substr(rest_from)};
  }
};

/// How late a shard was with what it had to do, for the measured requests of the stage under way.
struct ShardLags {
  metrics::Histogram read;     ///< from the kernel's stamp to our read, of each read
  metrics::Histogram prepare;  ///< how long a request that was due, or taken, waited until it was made
  metrics::Histogram
      turnaround;  ///< closed loop: from an answer's end to when the session took the next request
};

/// What the sessions of one shard share, on its thread.
struct ShardResources {
  RunContext& run;
  unsigned shard;
  boost::asio::any_io_executor executor;
  net::Poller poller;
  net::ArrivalClock clock;
  net::TlsContext tls;
  std::vector<char> read_buffer;
  std::vector<Outgoing> written;          ///< the last request to each endpoint: most plans send one prompt
  std::vector<net::Addresses> addresses;  ///< per endpoint, as they were last found
  std::vector<net::Time> looked_up;       ///< per endpoint, when that was last tried
  std::vector<std::size_t> good_address;  ///< per endpoint, the one that answered last: the first to try
  ShardLags lags;
  workload::Random random;  ///< of the waits between attempts

  /// `request` as it goes to `endpoint`, with the key of now.
  Outgoing write(PreparedPtr request, std::size_t endpoint);
  /// When the quota has room for `request`, not before `from`: takes it.
  net::Time reserve(const PreparedRequest& request, net::Time from);
  /// Request `index` of `stage`, which is not made yet; `waited`: how long that took. Null where
  /// `waiting` was told to stop before, or the stage had been stopped before there was anybody to be told.
  boost::asio::awaitable<PreparedPtr> made(Waiting& waiting, const StageRun& stage, std::uint64_t index,
                                           std::chrono::nanoseconds& waited);
};

}  // namespace llmload::engine
