#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/simulator.hpp"
#include "simulator/answer.hpp"

namespace llmload::simulator {

/// What goes out in one write: bytes, and the events that end in them.
struct EventBatch {
  struct Event {
    std::size_t end = 0;  ///< in `bytes`
    unsigned tokens = 0;  ///< that it carries
  };
  std::string bytes;
  std::vector<Event> events;  ///< without [DONE], which is none
};

/// The events of one streamed answer in its dialect, each in a chunk of HTTP/1.1. What the events of tokens
/// have in common is written once.
class StreamEvents {
 public:
  StreamEvents(Dialect dialect, const Question& question, const AnswerIds& ids);

  /// What the server sends before there is a token.
  void open(EventBatch& to) const;
  /// The next `count` tokens, at least 1, of the question's.
  void add_tokens(std::string_view text, unsigned count, EventBatch& to);
  /// What comes after the last token, up to the end of the HTTP message.
  void close(std::size_t prompt_tokens, EventBatch& to) const;

 private:
  void add_role(EventBatch& to) const;
  [[nodiscard]] std::string choice_end(std::string_view finish_reason, std::string_view filter_results) const;

  const Dialect dialect_;
  const Api api_;
  const unsigned tokens_;
  const bool include_usage_;
  std::string begin_;         // of an event, up to what stands in its choices
  std::string choice_begin_;  // likewise, with the begin of a choice
  std::string end_;           // of an event that is not the one with the usage
  std::string token_begin_, token_end_, last_token_end_;
  unsigned sent_tokens_ = 0;
  std::size_t sent_bytes_ = 0;  // of their text
};

}  // namespace llmload::simulator
