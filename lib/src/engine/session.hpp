#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run_context.hpp"
#include "engine/stage_run.hpp"
#include "engine/watchdog.hpp"
#include "llmload/request_record.hpp"
#include "metrics/histogram.hpp"
#include "net/stream.hpp"
#include "net/tls_context.hpp"
#include "protocol/record_builder.hpp"

namespace llmload::engine {

/// What the sessions of one shard share, on its thread.
struct ShardResources {
  RunContext& run;
  unsigned shard;
  boost::asio::any_io_executor executor;
  net::Poller poller;
  net::ArrivalClock clock;
  net::TlsContext tls;
  std::vector<char> read_buffer;
  /// The last request to each endpoint: most plans send one prompt, so it is written once.
  struct Written {
    std::string prompt;
    unsigned max_tokens = 0;
    std::shared_ptr<const std::string> request;
  };
  std::vector<Written> written;
  metrics::Histogram read_lag;  ///< ns, of all reads for measured requests of the stage under way
};

using Finish = std::function<void(RequestRecord)>;

/// One user of the endpoint: one request at a time, over a connection of its own to each endpoint.
class Session {
 public:
  /// `number`: of all the stage's sessions, 0, 1, 2 ...
  Session(ShardResources& shard, std::uint64_t number);

  /// Opens the connections. One that fails is tried again when its request is due.
  /// False where that took too long, so that opening more would only keep the stage waiting.
  boost::asio::awaitable<bool> open_connections();
  /// Sends one request for one token, outside any stage, and fills `record`.
  boost::asio::awaitable<void> probe(std::size_t endpoint, RequestRecord& record);
  /// Takes a closed loop's requests until it is over; `finish`, which must outlive it, gets each record.
  boost::asio::awaitable<void> run(StageRun& stage, const Finish& finish);
  /// Sends one request of the stage, which was `dispatched` now; `finish`, which must outlive it, gets its
  /// record.
  boost::asio::awaitable<void> serve(const StageRun& stage, Turn turn, std::int64_t dispatched,
                                     const Finish& finish);
  /// The request under way ends as cancelled.
  void cancel();
  [[nodiscard]] bool cancelled() const { return cancelled_; }

 private:
  struct Link {
    std::unique_ptr<net::Stream> stream;
    bool opened_before = false;
    std::int64_t last_used = 0;
  };

  boost::asio::awaitable<void> exchange(std::size_t endpoint, std::string_view request,
                                        RequestRecord& record);
  boost::asio::awaitable<bool> open(std::size_t endpoint, RequestRecord& record);
  boost::asio::awaitable<bool> dial(std::size_t endpoint, const net::Addresses& addresses,
                                    RequestRecord& record);
  boost::asio::awaitable<void> converse(net::Stream& stream, std::string_view request, RequestRecord& record);
  bool read_all(net::Stream& stream);
  bool fail_if_interrupted();
  std::shared_ptr<const std::string> request_of(std::size_t endpoint, std::string prompt,
                                                unsigned max_tokens);
  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] bool fresh_connections() const;

  ShardResources& shard_;
  const std::uint64_t number_;
  std::vector<Link> links_;        // per endpoint
  net::Stream* active_ = nullptr;  // the one that is awaited
  protocol::RecordBuilder builder_;
  Watchdog watchdog_;
  std::int64_t stage_start_ = 0;
  std::int64_t free_since_ = 0;  // the last answer's end arrived, or its request failed; CLOCK_MONOTONIC
  bool measured_ = false;        // the request under way
  std::uint64_t drain_ = 0;      // wake-ups for reading
  bool wants_write_ = false;     // before it can read on
  bool ended_ = false;           // the response
  const std::function<bool()> read_;
  std::int64_t deadline_ = 0;  // of the request under way, CLOCK_MONOTONIC
  bool cancelled_ = false;
};

}  // namespace llmload::engine
