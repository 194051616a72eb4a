#pragma once

#include <cstddef>

namespace llmload::net {

/// What a step that does not wait came to.
enum class IoStatus {
  ok,
  wants_read,   ///< wait until the socket is readable, then again
  wants_write,  ///< likewise writable
  eof,          ///< the peer has ended
  error         ///< the connection is dead
};

struct IoResult {
  IoStatus status = IoStatus::ok;
  std::size_t bytes = 0;
};

}  // namespace llmload::net
