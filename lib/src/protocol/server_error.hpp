#pragma once

#include <string>
#include <string_view>

namespace llmload::protocol {

/// What an error's body says: its message and its code, out of all the shapes that servers use.
struct ServerError {
  std::string message;  ///< the whole body where it is none of the known shapes: cut it after redacting
  std::string code;
};
ServerError read_server_error(std::string_view body);

}  // namespace llmload::protocol
