#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace llmload::protocol {

/// What an answer's headers say of the server's limits, in the forms of Azure, OpenAI and Anthropic. What
/// can't be read is taken as not said: such headers are absent, -1 or 0 now and then.
class RateLimit {
 public:
  /// Takes a header of the answer; false where it is none of these.
  bool take(std::string_view name, std::string_view value);

  /// How long the server wants us to wait: retry-after-ms, else retry-after, in seconds or as a date, which
  /// is compared with the server's own clock (Date), or with `now` where it does not tell; else until the
  /// limits of which nothing is left are renewed (anthropic-ratelimit-..-reset). Always above 0.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> retry_after(std::chrono::sys_seconds now) const;

  std::optional<std::int64_t> remaining_requests, remaining_tokens;
  std::optional<std::uint32_t> utilization_millionths;  ///< azure-openai-deployment-utilization: "89.3%"

 private:
  struct Limit {
    bool is_used_up = false;
    std::optional<std::chrono::sys_seconds> renewed_at;
  };
  bool take_anthropic(std::string_view name, std::string_view value);
  [[nodiscard]] std::optional<std::chrono::sys_seconds> renewal() const;

  std::optional<std::chrono::nanoseconds> after_ms_, after_;
  std::optional<std::chrono::sys_seconds> at_, server_now_;
  std::array<Limit, 4> limits_;
};

/// Before attempt number `attempt` (2, 3 ...) where the server does not say how long: half a second, doubled
/// each time up to 30 s, of which `uniform` (0 to 1) takes up to a quarter off.
std::chrono::nanoseconds backoff(unsigned attempt, double uniform);

}  // namespace llmload::protocol
