#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace llmload::simulator {

/// One streamed answer's line of the truth file, written while its events are sent.
class TruthLine {
 public:
  explicit TruthLine(std::string_view id);
  /// An event, of which the last byte went out at `at` (CLOCK_MONOTONIC, ns).
  void add(std::int64_t at, unsigned tokens);
  /// The whole line; no more is added.
  std::string_view finish();

 private:
  std::string text_;
  bool any_ = false;
};

/// The truth file (docs/simulator.md). Lines wait in memory until flush(), or until there are 64 KB of them.
class TruthFile {
 public:
  /// Throws InputError where it can't be opened.
  explicit TruthFile(const std::string& path);

  void add(std::string_view line);
  void flush();
  /// A write failed, now or earlier: the file is not complete.
  [[nodiscard]] bool failed() const { return !file_; }

 private:
  std::ofstream file_;
  std::string waiting_;
};

}  // namespace llmload::simulator
