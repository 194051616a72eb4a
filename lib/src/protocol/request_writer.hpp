#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// Writes a plan's requests. Const and thread-safe.
class RequestWriter {
 public:
  /// Throws InputError for what would break the requests: control characters in a header, an extra_body that
  /// is no JSON object. The plan must outlive the writer.
  explicit RequestWriter(const Plan& plan);

  /// The JSON payload for `prompt`.
  [[nodiscard]] std::string body(std::string_view prompt) const;
  /// The whole HTTP/1.1 request to endpoint number `endpoint`.
  [[nodiscard]] std::string request(std::size_t endpoint, std::string_view body) const;

 private:
  const Plan& plan_;
  std::vector<std::string> heads_;  // per endpoint, up to the content length
};

}  // namespace llmload::protocol
