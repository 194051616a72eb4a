#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>

#include "simulator/answers/stream_events.hpp"
#include "simulator/server/client_connection.hpp"
#include "simulator/truth_file.hpp"

namespace llmload::simulator {

/// Sends one answer's events, and notes when each went out.
class EventSender {
 public:
  /// `sent` counts the events. `truth`: the answer's line of the truth file, where there is one. All must
  /// outlive the sender.
  EventSender(ClientConnection& connection, std::atomic<std::uint64_t>& sent, std::optional<TruthLine>& truth)
      : connection_(connection), sent_(sent), truth_(truth) {}

  /// Sends all of `batch` and empties it; `due`: when its tokens were meant to come, where that is known.
  /// False: the client has gone.
  boost::asio::awaitable<bool> send(EventBatch& batch, std::optional<net::Time> due = std::nullopt);

 private:
  ClientConnection& connection_;
  std::atomic<std::uint64_t>& sent_;
  std::optional<TruthLine>& truth_;
};

}  // namespace llmload::simulator
