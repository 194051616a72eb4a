#pragma once

#include <string>
#include <string_view>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// The header line that carries the keys of a plan to one host.
class AuthLine {
 public:
  /// Automatic is asked of the dialect. Throws what that throws.
  AuthLine(Auth auth, const Dialect& dialect, std::string_view host);

  /// The line with `key` and its CRLF; "" where none is sent.
  [[nodiscard]] std::string with(const std::string& key) const;

 private:
  Auth auth_;
  AuthHeader header_;
};

}  // namespace llmload::protocol
