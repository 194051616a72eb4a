#pragma once

#include <cstdint>
#include <optional>

namespace llmload::metrics {

/// A part of a whole, both counted; of nothing there is no share.
struct Share {
  std::uint64_t part = 0, whole = 0;

  void merge(const Share& other) {
    part += other.part;
    whole += other.whole;
  }
  [[nodiscard]] std::optional<double> value() const {
    return whole > 0 ? std::optional(static_cast<double>(part) / static_cast<double>(whole)) : std::nullopt;
  }
};

}  // namespace llmload::metrics
