#include "dataset/row_order.hpp"

#include <algorithm>
#include <bit>

#include "workload/random.hpp"

namespace llmload::dataset {
namespace {

/// A permutation of 0 to rows - 1 that takes no memory: a Feistel network over the next power of four, of
/// which what falls outside goes through it again.
std::uint64_t permuted(std::uint64_t row, std::uint64_t rows, std::uint64_t seed) {
  constexpr int rounds = 6;
  const auto half = std::max(1U, (static_cast<unsigned>(std::bit_width(rows - 1)) + 1) / 2);  // bits
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  do {
    std::uint64_t left = row >> half, right = row & mask;
    for (int round = 0; round < rounds; ++round) {
      const std::uint64_t next =
          left ^ (workload::mixed(seed + static_cast<std::uint64_t>(round), right) & mask);
      left = right;
      right = next;
    }
    row = left << half | right;
  } while (row >= rows);
  return row;
}

}  // namespace

std::uint64_t row_of(RowOrder order, std::uint64_t seed, std::uint64_t rows, std::uint64_t index) {
  if (order == RowOrder::sampled) return workload::mixed(seed, index) % rows;
  const std::uint64_t row = index % rows;
  return order == RowOrder::shuffled ? permuted(row, rows, workload::mixed(seed, index / rows)) : row;
}

}  // namespace llmload::dataset
