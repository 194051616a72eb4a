#include "dataset/row_index.hpp"

#include <algorithm>
#include <iterator>

namespace llmload::dataset {

std::size_t RowIndex::block_of(std::uint64_t row) const {
  const auto behind = std::ranges::upper_bound(blocks_, row, {}, &Block::first_row);
  return static_cast<std::size_t>(std::distance(blocks_.begin(), behind)) - 1;
}

}  // namespace llmload::dataset
