#include <array>

#include "llmload/request_record.hpp"

namespace llmload {

std::string_view to_string(Outcome outcome) noexcept {
  static constexpr std::array<std::string_view, outcome_count> names = {"ok",
                                                                        "incomplete",
                                                                        "stream_error",
                                                                        "content_filtered",
                                                                        "rate_limited",
                                                                        "http_3xx",
                                                                        "http_4xx",
                                                                        "http_5xx",
                                                                        "bad_response",
                                                                        "too_large",
                                                                        "dns_failed",
                                                                        "connect_failed",
                                                                        "connect_timeout",
                                                                        "tls_failed",
                                                                        "tls_timeout",
                                                                        "first_byte_timeout",
                                                                        "first_token_timeout",
                                                                        "idle_timeout",
                                                                        "total_timeout",
                                                                        "reset",
                                                                        "cancelled",
                                                                        "generation_failed"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view to_string(TimeSource source) noexcept {
  static constexpr std::array<std::string_view, 3> names = {"kernel", "user", "mixed"};
  return names[static_cast<std::size_t>(source)];
}

}  // namespace llmload
