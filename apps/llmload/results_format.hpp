#pragma once

#include <CLI/App.hpp>
#include <iosfwd>
#include <llmload/report.hpp>
#include <memory>
#include <string>
#include <vector>

namespace llmload::cli {

/// In which form a command prints numbers on standard output: a table for the terminal that it is, the
/// original's in markdown where it is none, or summary.json.
class ResultsFormat {
 public:
  void add_to(CLI::App& command);
  /// Once the command line was read. Throws InputError where a column is none.
  [[nodiscard]] std::unique_ptr<Sink> make_sink(std::ostream& out) const;
  [[nodiscard]] bool is_json() const { return name() == "json"; }

 private:
  [[nodiscard]] std::string name() const;

  std::string format_;
  std::vector<std::string> columns_;
};

}  // namespace llmload::cli
