#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/secrets/redactor.hpp"

namespace llmload::protocol {

/// What an error says, out of all the shapes that servers use.
struct ServerError {
  std::string message;  ///< the whole text where it is none of the known shapes: cut it after redacting
  std::string code;
  int status = 0;        ///< the HTTP status that the code stands for ("429", "rate_limit_exceeded"); 0: none
  bool is_bare = false;  ///< all that tells of it is a message: an error only where nothing else is due
};

/// `text` is a body or an event's data: an error, or an answer with an error in it (docs/answers.md).
ServerError read_server_error(std::string_view text);

/// Likewise, but empty where `text` has no error that says something, and is none.
std::optional<ServerError> find_server_error(std::string_view text);

/// What is quoted of the error of a 401 or 403, in which servers repeat a part of the key ("sk-ab***yz"): its
/// code where that is a word, else what it says, up to the first word that is not of letters alone.
std::string quoted_of_refusal(const ServerError& error, const Redactor& redactor);

}  // namespace llmload::protocol
