#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "llmload/dialect.hpp"
#include "protocol/answer/answer.hpp"
#include "protocol/answer/event_template.hpp"
#include "protocol/answer/server_error.hpp"

namespace llmload::protocol {

/// What a JSON text of an answer was, beside what it added to the answer.
struct AnswerPart {
  std::size_t choices = 0;
  bool has_role = false;             ///< a choice says whose turn it is
  bool finishes = false;             ///< a choice has a finish reason
  std::string finish_message;        ///< what the server says beside one
  bool is_other = false;             ///< it has neither choices, be they none, nor a usage
  bool is_known = false;             ///< the dialect itself has read it
  bool is_done = false;              ///< it says that the stream is complete, as "[DONE]" does
  bool is_one_piece = false;         ///< of the first choice's text, and nothing else, as most events are
  std::optional<ServerError> error;  ///< it has one, or is one
  std::string malformed;             ///< what is wrong with it ("is not JSON: ..."); empty: nothing
};

/// Reads the texts of answers: a whole one, or an event of a stream. One per connection, for it knows the
/// last event. What the dialect does not read itself is read by one table of forms; docs/answers.md has it.
class AnswerReader {
 public:
  /// `dialect` must outlive it.
  explicit AnswerReader(const Dialect& dialect) : dialect_(dialect) {}
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;

  /// Forgets the last text: what comes is of another answer.
  void start() { like_last_.clear(); }
  /// Gives back the memory that texts took on this thread.
  static void let_go();

  /// Adds the texts of all choices to `answer`, and sets its record's finish reason and usage where `text`
  /// has them; nothing of a text that is malformed. Of several usages the last holds; of finish reasons the
  /// first, but one that says that the answer failed holds against it, and a content filter's against any.
  /// `event`: its event's type. The part is valid until the next call.
  const AnswerPart& read(std::string_view text, Answer& answer, std::string_view event = {});

  /// `text` is known to be an error.
  [[nodiscard]] ServerError read_error(std::string_view text) const;

 private:
  class Parser;
  static Parser& parser();
  bool read_by_dialect(std::string_view text, std::string_view event, Answer& answer);
  void parse(std::string_view text, Answer& answer);
  void take(Answer& answer);
  void set_finish(std::string_view said, const std::string& message, RequestRecord& record);
  void remember(std::string_view text, const Answer& answer);

  const Dialect& dialect_;
  AnswerPart part_;
  EventTemplate
      like_last_;  // the last text, where all that it did was to add to the first choice's last_kind_
  TextKind last_kind_ = TextKind::content;
};

/// The finish reason, or the code of an error, of a provider's content filter.
inline bool is_content_filter(std::string_view reason) { return reason.starts_with("content_filter"); }

}  // namespace llmload::protocol
