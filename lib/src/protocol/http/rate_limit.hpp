#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace llmload::protocol {

/// What an answer's headers say of the server's limits, in the forms of Azure and OpenAI. What can't be read
/// is taken as not said: such headers are absent, -1 or 0 now and then.
class RateLimit {
 public:
  /// Takes a header of the answer; false where it is none of these.
  bool take(std::string_view name, std::string_view value);

  /// How long the server wants us to wait: retry-after-ms, else retry-after, in seconds or as a date, which
  /// is compared with the server's own clock (Date), or with `now` where it does not tell. Always above 0.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> retry_after(std::chrono::sys_seconds now) const;

  std::optional<std::int64_t> remaining_requests, remaining_tokens;
  std::optional<std::uint32_t> utilization_millionths;  ///< azure-openai-deployment-utilization: "89.3%"

 private:
  std::optional<std::chrono::nanoseconds> after_ms_, after_;
  std::optional<std::chrono::sys_seconds> at_, server_now_;
};

/// "Wed, 21 Oct 2015 07:28:00 GMT".
std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text);

/// Before attempt number `attempt` (2, 3 ...) where the server does not say how long: half a second, doubled
/// each time up to 30 s, of which `uniform` (0 to 1) takes up to a quarter off.
std::chrono::nanoseconds backoff(unsigned attempt, double uniform);

}  // namespace llmload::protocol
