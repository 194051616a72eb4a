#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "llmload/request_source.hpp"

namespace llmload::dataset {

/// A turn of a conversation, by the places of its messages: what is asked, and behind that what was answered.
struct Turn {
  std::size_t begin = 0, asked_until = 0, end = 0;
};

/// The turns of a list of messages: each ends with the last assistant message in a row. What is ahead of the
/// first user's message is asked with it, be it an assistant's; a last turn may have no answer. At least one.
std::vector<Turn> turns_in(std::span<const Message> messages);

/// Why a conversation of these messages could not be had with other answers than its own, as a sentence's
/// end.
/// "": it could.
std::string bound_to_answers(std::span<const Message> messages);

}  // namespace llmload::dataset
