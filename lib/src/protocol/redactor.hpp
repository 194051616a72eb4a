#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// Takes secrets out of text that others wrote: servers echo the key in errors.
class Redactor {
 public:
  /// The plan's key, or all that its key command has given, also without "Bearer ", and the values of its
  /// extra headers and of its proxy's credentials; each in its JSON form, too.
  explicit Redactor(const Plan& plan);

  /// `text` with each secret replaced by "[redacted]".
  [[nodiscard]] std::string redact(std::string text) const;

  /// A line for people: redacted first, bytes that are no UTF-8 replaced, then white space and control
  /// characters made one space each, and cut to `limit` bytes at a character's border.
  [[nodiscard]] std::string line(std::string text, std::size_t limit = 300) const;

 private:
  using Secrets = std::vector<std::string>;
  static void add(const std::string& secret, Secrets& secrets);

  Secrets secrets_;  // longest first
  std::shared_ptr<const KeyCommand> key_command_;
};

}  // namespace llmload::protocol
