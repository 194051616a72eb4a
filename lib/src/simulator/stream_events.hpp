#pragma once

#include <cstddef>
#include <initializer_list>
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

/// How a stream is unlike a good one.
struct StreamForm {
  bool chunked = true;   ///< each event is in a chunk of HTTP/1.1
  bool finishes = true;  ///< the last of the question's tokens is the last one
  std::string_view finish_reason = "length";
};

/// The events of one streamed answer in its dialect, which must outlive it. What the events of tokens have in
/// common is written once.
class StreamEvents {
 public:
  StreamEvents(ServerStyle style, const Question& question, const AnswerIds& ids,
               const StreamForm& form = {});

  /// What the server sends before there is a token.
  void open(EventBatch& to) const;
  /// The next `count` tokens, at least 1, of the question's.
  void add_tokens(std::string_view text, unsigned count, EventBatch& to);
  /// What comes after the last token, up to the end of the HTTP message: the next three.
  void close(std::size_t prompt_tokens, EventBatch& to) const;
  void finish(std::size_t prompt_tokens, EventBatch& to) const;  ///< finish_reason and usage
  void done(EventBatch& to) const;                               ///< [DONE]; an own dialect has none
  void end(EventBatch& to) const;                                ///< of the HTTP message

  // What is out of place in a good stream:
  void add_data(std::string_view data, EventBatch& to) const;        ///< an event of this text
  void add_members(std::string_view members, EventBatch& to) const;  ///< an event of no choices and these
  /// An event of a token up to its text, which is to follow; in no chunk.
  [[nodiscard]] const std::string& token_begin() const { return token_begin_; }

 private:
  void put(std::initializer_list<std::string_view> parts, EventBatch& to) const;
  void add(std::initializer_list<std::string_view> parts, unsigned tokens, EventBatch& to) const;
  void add_role(EventBatch& to) const;
  [[nodiscard]] std::string choice_end(std::string_view finish_reason, std::string_view filter_results) const;

  const ServerStyle style_;
  const Api api_;
  const SimulatedDialect* const own_;
  const std::string id_;
  const unsigned tokens_;
  const bool include_usage_;
  const bool chunked_;
  const std::string_view finish_reason_;
  const std::string finished_;  // likewise, as JSON
  std::string begin_;           // of an event, up to what stands in its choices
  std::string choice_begin_;    // likewise, with the begin of a choice
  std::string end_;             // of an event that is not the one with the usage
  std::string token_begin_, token_end_, last_token_end_;
  unsigned sent_tokens_ = 0;
  std::size_t sent_bytes_ = 0;  // of their text
};

}  // namespace llmload::simulator
