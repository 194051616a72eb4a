#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace llmload::protocol {

/// Keeps of a JSON text, which comes in parts that end anywhere, the begin of each string alone: JSON of the
/// same shape, for an answer whose text there is no room for.
class ShortStrings {
 public:
  static constexpr std::size_t most = 1024;  ///< characters of a string, or bytes of what is none of JSON's

  /// Appends to `to` what is kept of `part`.
  void add(std::string_view part, std::string& to);

 private:
  [[nodiscard]] bool keeps(char c);

  bool in_string_ = false;
  bool escape_begins_ = false;
  unsigned escape_left_ = 0;  // characters of it that are still to come
  bool keeps_escape_ = false;
  std::size_t kept_ = 0;  // of the string
};

}  // namespace llmload::protocol
