#pragma once

#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "net/arrival_clock.hpp"

namespace llmload::simulator {

/// One answer's line of the truth file, written while it is sent. Its times are CLOCK_MONOTONIC, in ns.
class TruthLine {
 public:
  /// `received`: the last byte of its request.
  TruthLine(std::string_view id, net::Time received);
  /// A stream's event, of which the last byte went out at `at`; `due`: when it was meant to, where that is
  /// known.
  void add(net::Time at, unsigned tokens, std::optional<net::Time> due);
  /// The whole line; no more is added. `done`: the answer's last byte went out. `due`: when a whole answer
  /// was meant to.
  std::string_view finish(net::Time done, std::optional<net::Time> due);

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
  /// No more is added.
  void close();
  /// The system's reason why the file is not complete; "": it is.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void note_error();

  std::ofstream file_;
  std::string error_;
  std::string waiting_;
};

}  // namespace llmload::simulator
