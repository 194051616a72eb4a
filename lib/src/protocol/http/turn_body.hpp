#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "llmload/request_source.hpp"
#include "protocol/http/request_writer.hpp"

namespace llmload::protocol {

/// The body of a conversation's turn, and where in it all that was said stands: the items of a JSON list.
struct TurnBody {
  std::string text;
  std::size_t said_from = 0, said_until = 0;

  [[nodiscard]] std::string_view said() const {
    return std::string_view(text).substr(said_from, said_until - said_from);
  }
};

/// How many messages, from the first on, are the system's: an API may have another place for them.
std::size_t leading_system_messages(std::span<const Message> messages);

/// `messages` as the items of the list that a body of `dialect` has, as it writes them. Throws InputError
/// where it puts one elsewhere, as a system message in the middle of a conversation, and what it throws.
std::string items_of(const Dialect& dialect, std::span<const Message> messages);

/// Why they can't be, as a sentence. "": they can.
std::string problem_of_items(const Dialect& dialect, std::span<const Message> messages);

/// The body that `writer` makes of `spec`, whose messages are the conversation's system messages alone, with
/// `said` behind them: lists of items, in a row, without those that are empty. Throws what the writer throws,
/// and InputError where the body has no place for them, as one whose messages a patch replaces.
TurnBody turn_body(const RequestWriter& writer, RequestSpec spec, const BodyChoice& choice,
                   std::span<const std::string_view> said);

}  // namespace llmload::protocol
