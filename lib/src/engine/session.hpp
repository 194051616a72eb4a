#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
#include "workload/random.hpp"

namespace llmload::engine {

/// A request as it goes onto the wire: its head with the begin of its body, as much as one write takes, and
/// the rest where it is. Written once where equal ones follow each other.
struct Outgoing {
  PreparedPtr prepared;
  std::uint64_t key_version = 0;
  std::shared_ptr<const std::string> opening;
  std::size_t rest_from = 0;  ///< place in the body

  /// What is still to be sent.
  struct Bytes {
    std::string_view opening, rest;

    [[nodiscard]] bool empty() const { return opening.empty() && rest.empty(); }
    [[nodiscard]] std::string_view next() const { return opening.empty() ? rest : opening; }
    void remove_prefix(std::size_t bytes) { (opening.empty() ? rest : opening).remove_prefix(bytes); }
  };
  [[nodiscard]] Bytes bytes() const { return {*opening, std::string_view(prepared->body).substr(rest_from)}; }
};

/// How late a shard was with what it had to do, ns, for the measured requests of the stage under way.
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
  std::vector<std::int64_t> looked_up;    ///< per endpoint, when that was last tried; CLOCK_MONOTONIC, ns
  std::vector<std::size_t> good_address;  ///< per endpoint, the one that answered last: the first to try
  ShardLags lags;
  workload::Random random;  ///< of the waits between attempts

  /// When the quota has room for `request`, not before `from` (CLOCK_MONOTONIC, ns): takes it.
  std::int64_t reserve(const PreparedRequest& request, std::int64_t from);
};

using Finish = std::function<void(RequestRecord&&)>;

/// One user of the endpoint: one request at a time, over a connection of its own to each endpoint.
/// session.cpp has its turns, session_attempts.cpp one request's attempts, session_open.cpp its connections,
/// session_exchange.cpp what goes over them.
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
  /// record. One that a stop keeps from being sent has none.
  boost::asio::awaitable<void> serve(StageRun& stage, Turn turn, PreparedPtr request, std::int64_t dispatched,
                                     const Finish& finish);
  /// The request under way ends as cancelled.
  void cancel();
  /// A wait for the quota, or behind a connection that failed, ends; a request under way goes on.
  void stop_waiting();
  [[nodiscard]] bool cancelled() const { return cancelled_; }

 private:
  struct Link {
    std::unique_ptr<net::Stream> stream;
    bool opened_before = false;
    bool unreachable = false;  // when it was last dialled: its name may lead elsewhere by now
    std::int64_t last_used = 0;
  };
  struct Limit {
    std::int64_t at;  ///< CLOCK_MONOTONIC, ns
    Outcome meaning;
  };

  Outgoing written(const PreparedPtr& request, std::size_t endpoint);
  boost::asio::awaitable<std::optional<Turn>> take(StageRun& stage, std::uint64_t index,
                                                   PreparedPtr& request);
  boost::asio::awaitable<PreparedPtr> prepared(const StageRun& stage, std::uint64_t index);
  boost::asio::awaitable<void> attempts(const StageRun& stage, const PreparedPtr& request,
                                        RequestRecord& record);
  [[nodiscard]] std::optional<std::int64_t> next_attempt_at(const RequestRecord& record, unsigned attempt,
                                                            std::int64_t first);

  boost::asio::awaitable<void> exchange(std::size_t endpoint, Outgoing::Bytes request, RequestRecord& record);
  boost::asio::awaitable<void> converse(net::Stream& stream, Outgoing::Bytes request, RequestRecord& record);
  bool read_all(net::Stream& stream);
  [[nodiscard]] protocol::Arrival arrival_of(const net::Arrival& arrival, bool is_record) const;
  [[nodiscard]] bool is_spoilt(const Link& link);
  void on_stale(std::string_view bytes);
  [[nodiscard]] bool had_ended(net::Stream& stream) const;
  [[nodiscard]] Stamp ended_at() const;
  void arm_for_progress();

  boost::asio::awaitable<bool> open(std::size_t endpoint, RequestRecord& record);
  boost::asio::awaitable<net::Addresses> find(std::size_t endpoint, RequestRecord& record);
  boost::asio::awaitable<std::optional<net::Addresses>> look_up(const Endpoint& target);
  boost::asio::awaitable<bool> dial(const Endpoint& target, const net::Addresses& addresses,
                                    std::size_t& good, RequestRecord& record);
  boost::asio::awaitable<bool> tunnel(net::Stream& stream, const Endpoint& target);
  boost::asio::awaitable<bool> secure(net::Stream& stream, const Endpoint& target, RequestRecord& record);
  void arm(Limit limit);

  /// False where the session was cancelled, or told to stop waiting, before.
  boost::asio::awaitable<bool> sleep_until(std::int64_t at);
  boost::asio::awaitable<void> sleep();
  void wake();
  bool fail_if_interrupted();
  [[nodiscard]] std::string late(Outcome limit) const;
  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] bool fresh_connections() const;
  [[nodiscard]] const Timeouts& limits() const { return shard_.run.plan.timeouts; }

  ShardResources& shard_;
  const std::uint64_t number_;
  std::vector<Link> links_;        // per endpoint
  net::Stream* active_ = nullptr;  // the one that is awaited
  using Sleeper = boost::asio::any_completion_handler<void()>;
  std::optional<Sleeper> sleeper_;  // in place of a stream
  bool woken_ = false;
  protocol::RecordBuilder builder_;
  Watchdog watchdog_;
  RequestRecord* record_ = nullptr;  // of the request under way
  std::int64_t stage_start_ = 0;
  std::int64_t free_since_ = 0;    // the last answer's end arrived, or its request failed; CLOCK_MONOTONIC
  std::int64_t prepare_wait_ = 0;  // ns, of the request that was taken last
  bool measured_ = false;          // the request under way
  unsigned failed_openings_ = 0;   // one after the other
  std::uint64_t drain_ = 0;        // wake-ups for reading
  bool wants_write_ = false;       // before it can read on
  bool ended_ = false;             // the response
  bool useless_ = false;           // the connection was, before the request can have reached the server
  Stamp last_byte_;                // of the response, as yet
  const std::function<bool()> read_;
  std::int64_t deadline_ = 0;  // of the attempt under way, CLOCK_MONOTONIC
  std::int64_t asked_at_ = 0;  // it began to be sent, likewise
  bool cancelled_ = false;
};

}  // namespace llmload::engine
