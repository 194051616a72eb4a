#pragma once

#include <string_view>

namespace llmload::protocol {

/// Whether an event's type says that its data is an error. Types have no case.
bool is_error_type(std::string_view type);

/// Whether an event's type is one that servers give to the events of an answer. Others are a server's own,
/// and their data may be anything.
bool is_of_answers(std::string_view type);

/// Whether an event's data says that the stream is complete: "[DONE]".
bool is_done_mark(std::string_view data);

/// Whether each line of an event's data is an event by itself: the empty lines between them were forgotten.
bool are_several(std::string_view data);

}  // namespace llmload::protocol
