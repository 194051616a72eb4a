#include "report/terminal_columns.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "llmload/condition.hpp"
#include "llmload/error.hpp"
#include "metrics/metric.hpp"
#include "text/nearest.hpp"
#include "text/number.hpp"
#include "text/width.hpp"

namespace llmload::report {
namespace {

constexpr std::size_t number_width = 7;

std::string cell_of(const std::optional<double>& value) { return value ? text::brief(*value) : "-"; }

std::string count_of(std::uint64_t count) {
  return count < 100'000 ? std::to_string(count) : text::brief(static_cast<double>(count));
}

/// "408 91%": all of it is in view where it matters.
TerminalCell failed_cell(const Summary& s) {
  if (s.failed == 0) return {"0"};
  const double percent = 100 * static_cast<double>(s.failed) / static_cast<double>(s.begun);
  const std::string share = percent < 1           ? "<1"
                            : s.failed == s.begun ? "100"
                                                  : text::decimals(std::min(percent, 99.0), 0);
  return {count_of(s.failed) + ' ' + share + '%', Mood::bad};
}

TerminalCell valid_cell(const Summary& s) {
  if (!s.valid) return {"NO", Mood::bad};
  return s.interrupted ? TerminalCell{"cut", Mood::bad} : TerminalCell{"yes", Mood::good};
}

/// What a calibration found for the times of answers; without one, how late we were in the stage itself.
TerminalCell own_error_cell(const Summary& s) {
  std::optional<double> most;
  const auto take = [&most](const std::optional<double>& ms) {
    if (ms) most = std::max(most.value_or(0), *ms);
  };
  for (const auto* d : {&s.ttft_ms(), &s.e2e_ms()}) {
    if (*d) take((*d)->own_error_p99);
  }
  for (const auto* lag : {&s.own_error.dispatch_lag_ms, &s.own_error.read_lag_ms}) {
    if (!most && *lag) take((*lag)->p99);
  }
  return {cell_of(most)};
}

/// "1234?": of too few samples for a p99.
TerminalCell value_cell(const Summary& s, const std::string& name) {
  const auto value = value_of(s, name);
  std::string text = cell_of(value);
  if (value && name.ends_with(".p99") && !s.p99_supported) text += '?';
  return {std::move(text)};
}

/// What stands over a value whose own name is long.
constexpr std::pair<std::string_view, std::string_view> short_headings[] = {
    {"requests_per_second", "req/s"},
    {"output_tokens_per_second", "tok/s"},
    {"input_tokens_per_second", "in tok/s"},
    {"failed_share", "failed/1"}};

/// "TTFT ms": over the parts of one distribution.
std::string group_of(const std::string& key) {
  if (key == "e2e_ms") return "E2E ms";  // whose name in the CSV is the original's, Latency
  const metrics::Metric* const metric = metrics::find_metric(key);
  return metric == nullptr ? key : std::string(metric->name) + ' ' + std::string(metric->unit);
}

TerminalColumn value_column(const std::string& name, unsigned rank) {
  TerminalColumn column{name,         "",   name,
                        number_width, rank, [name](const Summary& s) { return value_cell(s, name); }};
  const auto dot = name.find('.');
  if (dot != std::string::npos) {
    column.group = group_of(name.substr(0, dot));
    column.heading = name.substr(dot + 1);
    if (column.heading == "p99") ++column.width;  // for its mark
  }
  for (const auto& [value, heading] : short_headings) {
    if (value == name) column.heading = heading;
  }
  column.width = std::max(column.width, column.heading.size() + 1);
  return column;
}

std::vector<TerminalColumn> all_usual(bool stream, bool utf8) {
  std::vector<TerminalColumn> columns = {
      {"ok", "", "ok", number_width - 1, 4, [](const Summary& s) { return TerminalCell{count_of(s.ok)}; }},
      {"failed", "", "failed", number_width + 2, 0, failed_cell},
      value_column("requests_per_second", 7),
      value_column("output_tokens_per_second", 9)};
  if (stream) {
    columns.push_back(value_column("ttft_ms.p50", 5));
    columns.push_back(value_column("ttft_ms.p99", 6));
  }
  columns.push_back(value_column("e2e_ms.p50", 2));
  columns.push_back(value_column("e2e_ms.p99", 3));
  columns.push_back({"own_error", "", utf8 ? "\u00b1ms" : "+-ms", number_width - 1, 8, own_error_cell});
  columns.push_back({"valid", "", "valid", number_width, 1, valid_cell});
  return columns;
}

/// Columns that stand together under one heading are wide enough for it.
void widen(std::vector<TerminalColumn>& columns) {
  for (auto first = columns.begin(); first != columns.end();) {
    auto end = first;
    std::size_t width = 0;
    for (; end != columns.end() && end->group == first->group; ++end) width += end->width;
    const std::size_t needed = first->group.empty() ? 0 : text::width(first->group) + 1;
    if (needed > width) first->width += needed - width;
    first = end;
  }
}

}  // namespace

std::vector<TerminalColumn> usual_columns(const RunHeader& header, bool utf8) {
  return all_usual(header.settings.stream, utf8);
}

std::vector<TerminalColumn> chosen_columns(const std::vector<std::string>& names, bool utf8) {
  const std::vector<TerminalColumn> usual = all_usual(true, utf8);
  std::vector<TerminalColumn> columns;
  for (const std::string& name : names) {
    if (name == "load") continue;  // which is always there, and first
    const auto found = std::ranges::find(usual, name, &TerminalColumn::name);
    if (found != usual.end()) {
      columns.push_back(*found);
    } else {
      (void)value_of(Summary{}, name);
      columns.push_back(value_column(name, 0));
    }
    columns.back().rank = static_cast<unsigned>(columns.size());
  }
  widen(columns);
  return columns;
}

std::vector<TerminalColumn> fitting_columns(std::vector<TerminalColumn> all, std::size_t width) {
  const auto taken = [&all] {
    std::size_t sum = 0;
    for (const TerminalColumn& column : all) sum += column.width;
    return sum;
  };
  while (all.size() > 1 && taken() > width)
    all.erase(std::ranges::max_element(all, {}, &TerminalColumn::rank));
  return all;
}

std::string load_of(const Stage& stage) {
  const OpenLoop* const open = stage.open_loop();
  if (open == nullptr) return std::to_string(*stage.concurrency());
  return open->rate ? text::shortest(*open->rate) + "/s" : describe(stage);
}

}  // namespace llmload::report
