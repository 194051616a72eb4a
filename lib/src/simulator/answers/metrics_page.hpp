#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulator/server/request.hpp"

namespace llmload::simulator {

/// What the page of metrics tells. Used by one thread.
struct PageCounts {
  std::uint64_t under_way = 0;                         ///< requests whose answers are
  std::uint64_t prompt_tokens = 0, cached_tokens = 0;  ///< since the start, of the prefix cache
};

/// A GET of .../metrics.
bool asks_for_metrics(const Request& request);

inline constexpr const char* metrics_page_type = "text/plain; version=0.0.4; charset=utf-8";
/// In Prometheus' text format, under vLLM's names. `most`: of those under way so many run, the others wait;
/// empty: all run. `cache_share`: of the prefix cache's blocks that are used; empty: there is none.
std::string metrics_page(const PageCounts& counts, std::optional<std::uint64_t> most,
                         std::optional<double> cache_share);

}  // namespace llmload::simulator
