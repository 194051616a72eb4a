#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "simulator/answer.hpp"
#include "simulator/client_connection.hpp"
#include "simulator/event_sender.hpp"
#include "simulator/latency_model.hpp"
#include "simulator/output_text.hpp"
#include "simulator/stream_events.hpp"
#include "simulator/truth_file.hpp"

namespace llmload::simulator {

/// What all answers are made with.
struct AnswerSource {
  const SimulatorOptions& options;
  OutputText& text;
  LatencyModel& latency;
  std::atomic<std::uint64_t>& events_sent;
};

/// One streamed answer, step by step. Each step waits until what it sends is due, and says false when the
/// client has gone.
class StreamAnswer {
 public:
  /// `truth`: its line of the truth file, where there is one. All must outlive it.
  StreamAnswer(const AnswerSource& source, ClientConnection& connection, const Question& question,
               const AnswerIds& ids, std::optional<TruthLine>& truth);

  /// `head`, and the events that come before there is a token.
  boost::asio::awaitable<bool> open(std::string head);
  /// The tokens up to the one of number `until`, at most the question's.
  boost::asio::awaitable<bool> send_tokens(unsigned until);
  /// What comes after the last token.
  boost::asio::awaitable<bool> close();

 private:
  const AnswerSource& source_;
  const Question& question_;
  std::unique_ptr<TokenClock> clock_;
  std::shared_ptr<const Output> output_;
  StreamEvents events_;
  EventSender sender_;
  EventBatch batch_;
  unsigned sent_ = 0;  // tokens
};

}  // namespace llmload::simulator
