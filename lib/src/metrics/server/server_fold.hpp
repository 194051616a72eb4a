#pragma once

#include <array>
#include <optional>

#include "llmload/summary.hpp"
#include "metrics/server/server_reading.hpp"

namespace llmload::metrics {

/// Makes what a server said of itself during a stage of the looks at its page: one before the stage, some
/// during it, one behind it. A look that failed is empty.
class ServerFold {
 public:
  /// Begins a stage, before its first request.
  void begin(const std::optional<ServerReading>& before);
  void add(const std::optional<ServerReading>& during);
  /// Nothing where no look of the stage found anything. A count that only one of the two looks has, or that
  /// went down between any two of them, since the server was started again, is empty: what it counted before
  /// the stage is not the stage's.
  [[nodiscard]] std::optional<ServerMetrics> end(const std::optional<ServerReading>& behind);

 private:
  /// Of the looks that have the value.
  struct Level {
    std::uint64_t looks = 0;
    double sum = 0, most = 0;
  };

  void look(const std::optional<ServerReading>& reading);
  [[nodiscard]] std::optional<std::uint64_t> grown(ServerValue value) const;
  [[nodiscard]] std::optional<ServerLevel> level(ServerValue value) const;

  std::optional<ServerReading> before_, last_;
  std::array<bool, server_value_count> fell_{};
  std::array<Level, server_value_count> levels_{};
  std::uint64_t looks_ = 0, failed_ = 0;
};

}  // namespace llmload::metrics
