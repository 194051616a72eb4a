#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "llmload/run_header.hpp"
#include "llmload/summary.hpp"

namespace llmload::report {

enum class Mood { plain, good, bad };

struct TerminalCell {
  std::string text;
  Mood mood = Mood::plain;
};

/// A column of the table for a terminal. Its cells end at its right.
struct TerminalColumn {
  std::string name;     ///< as `--columns` takes it
  std::string group;    ///< over columns of one thing that stand together: "TTFT ms"
  std::string heading;  ///< "p99"
  std::size_t width;    ///< with the blank before it
  unsigned rank;        ///< where there is no room for all, those of the lowest rank stay
  std::function<TerminalCell(const Summary&)> cell;
};

/// Those that matter for a run: what `--columns` may take away, or add to. The load is none of them.
std::vector<TerminalColumn> usual_columns(const RunHeader& header, bool utf8);

/// Those that `names` has: the usual ones, and the values of value_of(). Throws InputError where one is none.
std::vector<TerminalColumn> chosen_columns(const std::vector<std::string>& names, bool utf8);

/// Those of `all` that have room in `width` columns, in their order.
std::vector<TerminalColumn> fitting_columns(std::vector<TerminalColumn> all, std::size_t width);

/// "64", "12.5/s", or the stage's name: in its row's first cell.
std::string load_of(const Stage& stage);

}  // namespace llmload::report
