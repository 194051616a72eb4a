#pragma once

#include <cstdint>
#include <string_view>

namespace llmload::protocol {

/// What an event's type says of its data.
enum class EventKind : std::uint8_t {
  answer,  ///< a part of an answer: it has no type, or one that servers give to these
  error,   ///< an error
  own      ///< the server's own: its data may be anything
};
/// Types have no case.
EventKind kind_of_named(std::string_view type);
inline EventKind kind_of(std::string_view type) {
  return type.empty() ? EventKind::answer : kind_of_named(type);  // as almost all are
}

/// Whether an event's data says that the stream is complete: "[DONE]".
bool is_done_mark(std::string_view data);

/// Whether each line of an event's data is an event by itself: the empty lines between them were forgotten.
bool are_several(std::string_view data);

}  // namespace llmload::protocol
