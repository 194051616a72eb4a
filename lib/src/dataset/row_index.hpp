#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace llmload::dataset {

/// Where the rows of a file are: in blocks of one row or more, of about 4 KiB, each of which is cut again
/// when one of its rows is asked for.
class RowIndex {
 public:
  struct Block {
    std::uint64_t offset = 0, first_row = 0;
    std::size_t bytes = 0;
  };

  /// The next row lies from `begin` to `end`, with what parts it from the next one. Each begins behind the
  /// one before it.
  void add(std::uint64_t begin, std::uint64_t end) {
    if (blocks_.empty() || !open_ || blocks_.back().bytes >= full) blocks_.push_back({begin, rows_, 0});
    blocks_.back().bytes = static_cast<std::size_t>(end - blocks_.back().offset);
    open_ = true;
    ++rows_;
  }
  /// A row that is none lies behind the last one.
  void skip() { open_ = false; }

  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  /// The number of the block with row `row`, which there must be.
  [[nodiscard]] std::size_t block_of(std::uint64_t row) const;
  [[nodiscard]] const Block& block(std::size_t number) const { return blocks_[number]; }

 private:
  static constexpr std::size_t full = 4'096;
  std::vector<Block> blocks_;
  std::uint64_t rows_ = 0;
  bool open_ = false;  // the last block goes on
};

}  // namespace llmload::dataset
