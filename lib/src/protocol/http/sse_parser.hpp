#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace llmload::protocol {

/// An event of a stream. The views hold until the parser is used again.
struct SseEvent {
  std::string_view type;  ///< "" is the default, "message"
  std::string_view data;
};

/// Reads an event stream (WHATWG HTML, "Server-sent events") from bytes as they arrive: any split of them
/// gives the same events. No socket, no clock.
/// Beyond the standard: a line `error: text`, which old llama.cpp servers send, is an event of type "error".
class SseParser {
 public:
  static constexpr std::size_t event_limit = 8 * 1024 * 1024;  ///< bytes of one line, or of one event's data

  void start();

  /// More bytes, which must outlive the calls of next() up to the one that returns nothing; only then may
  /// the next bytes come.
  void put(std::string_view bytes);
  /// The stream has ended in good order. The standard drops an event without its empty line; servers forget
  /// that line, so what is complete but for it is an event.
  void put_end();

  /// The next complete event; nothing: it needs more bytes, or too_large().
  std::optional<SseEvent> next();

  [[nodiscard]] bool too_large() const { return too_large_; }
  [[nodiscard]] std::size_t held() const { return line_.capacity() + kept_data_.capacity(); }  ///< bytes
  /// Nothing is left of the bytes that were put behind the event that was given last.
  [[nodiscard]] bool ends_input() const { return input_.empty() || (skip_lf_ && input_ == "\n"); }

 private:
  std::optional<std::string_view> next_line();
  void on_line(std::string_view line);
  void on_data(std::string_view value);
  void keep_data();

  std::string_view input_;
  bool has_cr_ = false;   // somewhere in the input
  bool at_start_ = true;  // where a byte order mark may stand
  bool skip_lf_ = false;  // the last line ended in CR: an LF belongs to it
  std::string line_;      // the part of a line that came in earlier bytes
  bool line_is_kept_ = false;

  // Of the event under way.
  bool has_data_ = false;
  std::string_view data_;  // into the input, or into kept_data_
  std::string kept_data_;
  std::string type_;

  bool dispatched_ = false;  // the last event was given away: its memory is free
  bool too_large_ = false;
};

}  // namespace llmload::protocol
