#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "llmload/summary.hpp"
#include "metrics/metric.hpp"

namespace llmload::report {

struct CsvColumn {
  std::string heading;
  std::function<std::string(const Summary&)> cell;
};

/// All columns, in their order; docs/csv.md says what each means. The first seven are the original script's.
/// Metrics of `catalogue` that have no place of their own are behind all others.
std::vector<CsvColumn> csv_columns(std::span<const metrics::Metric* const> catalogue);

}  // namespace llmload::report
