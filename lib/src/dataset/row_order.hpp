#pragma once

#include <cstdint>

#include "llmload/request_file.hpp"

namespace llmload::dataset {

/// The row, of `rows`, that request `index` of a stage is.
std::uint64_t row_of(RowOrder order, std::uint64_t seed, std::uint64_t rows, std::uint64_t index);

}  // namespace llmload::dataset
