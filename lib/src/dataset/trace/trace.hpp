#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace llmload::dataset {

/// What of a trace is sent, and how.
struct TraceOptions {
  /// What a column stands for: {"when", "timestamp"}; where there are any, they alone do.
  std::vector<std::pair<std::string, std::string>> columns = {};
  std::chrono::nanoseconds from{0};                                  ///< since the first row
  std::chrono::nanoseconds until = std::chrono::nanoseconds::max();  ///< likewise; what is later is left out
  double speed = 1;                                                  ///< 2: twice as fast
  double share = 1;                                                  ///< of the rows, drawn by the seed
  unsigned copies = 1;                                               ///< of each row, which share nothing
  std::uint32_t most_input = std::numeric_limits<std::uint32_t>::max();  ///< longer ones are cut to it
  std::uint32_t most_output = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t seed = 1;
};

/// The requests of a trace: of row i (0, 1, 2 ...) when it is due, since the begin of the window, and its
/// tokens.
struct Trace {
  std::vector<std::chrono::nanoseconds> due;
  std::vector<std::uint32_t> input, output;

  // Of a trace with hashes of its prompts' blocks; else empty.
  std::uint32_t block_tokens = 0;
  std::vector<std::uint64_t> hashes;        ///< of all rows, one behind the other
  std::vector<std::uint64_t> hashes_until;  ///< of row i: where its hashes end
  std::vector<std::uint32_t> shared;  ///< of row i: the tokens of the blocks that an earlier row begins with

  // Of a trace whose rows go on from others; else empty.
  std::vector<std::uint32_t> next;   ///< of row i: the row that goes on from it; no_row: none does
  std::vector<std::uint32_t> roots;  ///< the rows that go on from none, in their order
  std::uint32_t most_turns = 1;      ///< rows of the longest conversation
  static constexpr std::uint32_t no_row = std::numeric_limits<std::uint32_t>::max();

  std::string form;                        ///< for people: "Mooncake"
  std::vector<std::string> left_out = {};  ///< for people: "3 rows without output tokens", "a torn last line"

  [[nodiscard]] std::size_t rows() const { return due.size(); }
  /// What is due by itself: rows, or those that begin conversations.
  [[nodiscard]] std::size_t arrivals() const { return next.empty() ? rows() : roots.size(); }
  [[nodiscard]] std::size_t row_of_arrival(std::size_t number) const {
    return next.empty() ? number : roots[number];
  }
  /// That of so many turns behind row `root`, which has as many behind it.
  [[nodiscard]] std::size_t row_behind(std::size_t root, unsigned turns) const {
    for (; turns > 0; --turns) root = next[root];
    return root;
  }
};

/// Reads a trace: Azure's of 2023, 2024 and 2025, BurstGPT's, Mooncake's, Bailian's, which their columns
/// tell, or another CSV or JSONL with columns that the options name. Throws InputError with file and line.
Trace read_trace(const std::string& path, const TraceOptions& options);

}  // namespace llmload::dataset
