#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/plan.hpp"
#include "protocol/secrets/secret_grams.hpp"

namespace llmload::protocol {

/// Takes secrets out of text that others wrote: servers echo the key in errors. The text is read as it is,
/// and through escapes and base64 (protocol/decoded.hpp): whichever way it is read, it has no 12 bytes
/// in a row of a secret, and not the whole of a shorter one, in upper or lower case. The time is linear in
/// the text's size. Threads: all members may be called from several threads at once.
class Redactor {
 public:
  /// The secrets are those of protocol/secrets.hpp, and all keys that the plan's credentials remember.
  explicit Redactor(const Plan& plan);

  /// `text` with each secret, and each row of them, replaced by "[redacted]".
  [[nodiscard]] std::string redact(std::string text) const;

  /// A line for people: redacted first, bytes that are no UTF-8 replaced, then white space and control
  /// characters made one space each, and cut to `limit` bytes at a character's border.
  [[nodiscard]] std::string line(std::string text, std::size_t limit = 300) const;

 private:
  [[nodiscard]] std::shared_ptr<const SecretGrams> grams() const;

  std::vector<std::string> secrets_;  // of the plan
  std::shared_ptr<const Credentials> credentials_;
  mutable std::mutex mutex_;  // for what follows: keys are renewed during a run
  mutable std::shared_ptr<const std::vector<std::string>> issued_;  // whose grams these are, too
  mutable std::shared_ptr<const SecretGrams> grams_;
};

}  // namespace llmload::protocol
