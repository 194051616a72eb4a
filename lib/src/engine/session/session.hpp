#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/session/exchange.hpp"
#include "engine/session/link.hpp"
#include "engine/session/shard_resources.hpp"
#include "engine/session/waiting.hpp"
#include "engine/stage_run.hpp"
#include "llmload/request_record.hpp"
#include "protocol/record_builder.hpp"

namespace llmload::engine {

using Finish = std::function<void(RequestRecord&&)>;

/// One user of the endpoint: one request at a time, over a connection of its own to each endpoint.
/// session.cpp has its requests, session_turns.cpp what follows the first one of a conversation,
/// session_attempts.cpp a request's further attempts, session_exchange.cpp the loop that does for an Exchange
/// what it says. On the shard's thread.
class Session {
 public:
  /// `number`: of all the stage's sessions, 0, 1, 2 ...
  Session(ShardResources& shard, std::uint64_t number) : Session(shard, number, dialect_of(shard.run.plan)) {}
  /// Answers are read as those of `dialect`, which must outlive it.
  Session(ShardResources& shard, std::uint64_t number, const Dialect& dialect);

  /// Opens the connections to the stage's endpoints. One that fails is tried again when its request is due.
  /// False where that took too long, so that opening more would only keep the stage waiting.
  boost::asio::awaitable<bool> open_connections(const StageRun& stage);
  /// Sends one request for one token, outside any stage, and fills `record`.
  boost::asio::awaitable<void> probe(std::size_t endpoint, RequestRecord& record);
  /// Asks the endpoint again and again, outside any stage, until it answers. Gives "", or, where it does not
  /// until `latest`, why the last attempt failed.
  boost::asio::awaitable<std::string> wait_until_ready(std::size_t endpoint, net::Time latest);
  /// Asks the endpoint for what it has at `target`, outside any stage, and gives the text that the answer has
  /// in this session's dialect. "": there is none.
  boost::asio::awaitable<std::string> get(std::size_t endpoint, std::string target);
  /// Takes a closed loop's requests, with all turns of a conversation, until it is over; `finish`, which must
  /// outlive it, gets each record.
  boost::asio::awaitable<void> run(StageRun& stage, const Finish& finish);
  /// Sends one request of the stage, which was `dispatched` now, and the later turns of its conversation;
  /// `finish`, which must outlive it, gets each record. One that a stop keeps from being sent has none.
  boost::asio::awaitable<void> serve(StageRun& stage, Slot slot, PreparedPtr request, net::Time dispatched,
                                     const Finish& finish);
  /// The request under way ends as cancelled.
  void cancel() { waiting_.cancel(); }
  /// A wait for the quota, or behind a connection that failed, ends; a request under way goes on.
  void stop_waiting() { waiting_.stop(); }
  [[nodiscard]] bool cancelled() const { return waiting_.cancelled(); }

 private:
  boost::asio::awaitable<bool> allow(const StageRun& stage, std::uint64_t index,
                                     const PreparedRequest& request);
  bool may_spend(StageRun& stage);
  Outgoing begin(StageRun& stage, const Slot& slot, PreparedPtr request, net::Time dispatched);
  bool end(const Outgoing& outgoing, const Finish& finish);
  boost::asio::awaitable<void> later_turns(StageRun& stage, Slot slot, PreparedPtr before,
                                           const Finish& finish);
  void learn(const Outgoing& outgoing);
  [[nodiscard]] bool may_try_again() const;
  boost::asio::awaitable<void> further_attempts(const StageRun& stage, Outgoing& outgoing,
                                                net::Time dispatched);
  [[nodiscard]] std::optional<net::Time> next_attempt_at(const RequestRecord& record, unsigned attempt,
                                                         net::Time dispatched);

  boost::asio::awaitable<void> exchange(std::size_t endpoint, RequestBytes request, RequestRecord& record);
  boost::asio::awaitable<std::optional<Failure>> open(Link& link, RequestRecord& record);
  void look(Link& link);
  void proceed(Link& link);
  void read(Link& link);
  bool stop_if_interrupted();

  [[nodiscard]] bool fresh_connections() const {
    return shard_.run.plan.connection == Connection::per_request;
  }
  [[nodiscard]] const Timeouts& limits() const { return shard_.run.plan.timeouts; }

  ShardResources& shard_;
  const std::uint64_t number_;
  Waiting waiting_;
  std::vector<std::unique_ptr<Link>> links_;  // per endpoint
  protocol::RecordBuilder builder_;
  Exchange exchange_;
  std::optional<RequestRecord> record_;  // of the request under way
  ReceivedAnswer answer_;                // to the turn that ended, where another one follows
  Link* active_ = nullptr;               // which the exchange goes over
  const std::function<bool()> read_;     // takes what came, and throws nothing
  std::exception_ptr thrown_;            // what it would have thrown
  net::Time stage_start_;
  net::Time deadline_;    // of the attempt under way
  net::Time free_since_;  // the last answer's end arrived, or its request failed; Time(): there was none
  std::chrono::nanoseconds prepare_wait_{0};  // of the request that was taken last
  bool measured_ = false;                     // the request under way
  unsigned failed_openings_ = 0;              // one after the other
};

}  // namespace llmload::engine
