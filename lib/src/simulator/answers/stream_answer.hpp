#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "simulator/answers/event_sender.hpp"
#include "simulator/answers/stream_events.hpp"
#include "simulator/server/exchange.hpp"
#include "simulator/truth_file.hpp"

namespace llmload::simulator {

/// One streamed answer, step by step. Each step waits until what it sends is due, and says false when the
/// client has gone.
class StreamAnswer {
 public:
  /// `truth`: its line of the truth file, where there is one. All must outlive it.
  StreamAnswer(const AnswerSource& source, const Exchange& exchange, std::optional<TruthLine>& truth,
               const StreamForm& form = {});

  /// `head`, and the events that come before there is a token.
  boost::asio::awaitable<bool> open(std::string head);
  /// The tokens up to the one of number `until`, at most the answer's.
  boost::asio::awaitable<bool> send_tokens(unsigned until);
  /// What comes after the last token.
  boost::asio::awaitable<bool> close();

  // For what is no part of a good answer: it goes into the batch, which send() sends.
  [[nodiscard]] StreamEvents& events() { return events_; }
  [[nodiscard]] EventBatch& batch() { return batch_; }
  boost::asio::awaitable<bool> send() { return sender_.send(batch_); }

 private:
  const AnswerSource& source_;
  const Exchange& exchange_;
  std::unique_ptr<TokenClock> clock_;
  StreamEvents events_;
  EventSender sender_;
  EventBatch batch_;
  unsigned sent_ = 0;  // tokens
};

}  // namespace llmload::simulator
