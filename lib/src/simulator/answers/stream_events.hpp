#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/simulated_dialect.hpp"
#include "simulator/answers/output_text.hpp"

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
  bool finishes = true;  ///< the last of the answer's tokens is the last one
};

/// The events of one streamed answer in its dialect, which must outlive it, as what the answer views. What
/// the events of tokens have in common is written once.
class StreamEvents {
 public:
  /// `answer`: but for its prompt's tokens.
  StreamEvents(const SimulatedDialect& dialect, const SimulatedAnswer& answer, const StreamForm& form = {});

  /// What the server sends before there is a token.
  void open(EventBatch& to) const;
  /// The next `count` tokens, at least 1, of the answer's.
  void add_tokens(std::string_view text, unsigned count, EventBatch& to);
  /// What comes after the last token, up to the end of the HTTP message: the next three.
  void close(const PromptTokens& prompt, EventBatch& to) const;
  void finish(const PromptTokens& prompt, EventBatch& to) const;  ///< finish_reason and usage
  void done(EventBatch& to) const;                                ///< [DONE], where the dialect has it
  void end(EventBatch& to) const;                                 ///< of the HTTP message

  // What is out of place in a good stream:
  void add_event(std::string_view event, EventBatch& to) const;  ///< this one, which a dialect has written
  void add_data(std::string_view data, EventBatch& to) const;    ///< an event of this text
  void add_members(std::string_view members, EventBatch& to) const;  ///< an event without text that has these
  /// An event of a token up to its text, which is to follow; in no chunk.
  [[nodiscard]] const std::string& token_begin() const { return stream_.token_begin; }

 private:
  void put(std::initializer_list<std::string_view> parts, EventBatch& to) const;
  void add(std::initializer_list<std::string_view> parts, unsigned tokens, EventBatch& to) const;

  const SimulatedDialect& dialect_;
  const SimulatedAnswer answer_;
  const SimulatedStream stream_;
  const StreamForm form_;
  const bool has_last_end_;  // of its own
  std::size_t sent_tokens_ = 0;
};

}  // namespace llmload::simulator
