#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "llmload/request_record.hpp"
#include "protocol/event_template.hpp"

namespace llmload::protocol {

/// What a JSON text of an answer was, beside what it added to the record.
struct AnswerPart {
  std::size_t choices = 0;
  bool is_error = false;  ///< it has an "error", or is one
  std::string malformed;  ///< what is wrong with it ("is not JSON: ..."); empty: nothing
};

/// Reads the JSON of answers: a whole one, or an event of a stream. One per connection, for its memory.
class AnswerReader {
 public:
  AnswerReader();
  ~AnswerReader();
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;

  /// Appends the texts of all choices to `record` (output, reasoning, tool_text), and sets its finish_reason
  /// and its usage where `text` has them. Of several usages the last holds; of finish reasons the first, but
  /// "content_filter..." holds against any other.
  AnswerPart read(std::string_view text, RequestRecord& record);

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  EventTemplate like_last_;  // the last text, where all that it did was to add to last_target_
  std::string RequestRecord::*last_target_ = nullptr;
  AnswerPart last_part_;
};

/// The finish reason, or the code of an error, of a provider's content filter.
inline bool is_content_filter(std::string_view reason) { return reason.starts_with("content_filter"); }

}  // namespace llmload::protocol
