#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace llmload::metrics {

/// What servers tell of themselves, each under names of its own.
enum class ServerValue : std::uint8_t {
  running,         ///< requests that it works on
  queued,          ///< requests that wait for that
  kv_cache,        ///< share of the cache for keys and values that is used
  prefix_share,    ///< share of the prompts' tokens that it had read before, as it says itself
  prefix_queries,  ///< since its start: what it looked up of prompts
  prefix_hits,     ///< likewise, and found
  preemptions      ///< likewise: requests that it put off to make room for others
};
inline constexpr std::size_t server_value_count = 7;

/// The values of one look at a server's page.
class ServerReading {
 public:
  [[nodiscard]] const std::optional<double>& operator[](ServerValue value) const {
    return values_[static_cast<std::size_t>(value)];
  }
  std::optional<double>& operator[](ServerValue value) { return values_[static_cast<std::size_t>(value)]; }

  bool operator==(const ServerReading&) const = default;

 private:
  std::array<std::optional<double>, server_value_count> values_;
};

/// Reads a page in Prometheus' text format (also OpenMetrics'). Series of one name are added up, but shares,
/// of which the highest counts. What is no line of such a page, and what is no number that can be (below 0,
/// endless, a share above 1), is as if it were not there. Empty: there is no value that is known.
std::optional<ServerReading> read_server_page(std::string_view page);

}  // namespace llmload::metrics
