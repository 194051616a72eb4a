#include <algorithm>
#include <ostream>
#include <string_view>
#include <utility>

#include "llmload/printable.hpp"
#include "llmload/report.hpp"
#include "report/output_file.hpp"
#include "report/remarks.hpp"
#include "report/terminal_columns.hpp"
#include "text/width.hpp"

namespace llmload {
namespace {

using report::Mood;
using report::TerminalCell;
using report::TerminalColumn;

constexpr std::size_t narrowest = 40;
constexpr std::size_t load_width = 7, widest_load = 24;

/// What `group`, of one endpoint, has of a stage's numbers.
Summary part_of(const Summary& stage, const Group& group) {
  Summary part;
  part.stage = stage.stage;
  part.begun = group.begun;
  part.ok = group.ok;
  part.failed = group.begun - group.ok;
  part.values = group.values;
  part.p99_supported = group.ok >= samples_for_p99;
  return part;
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t taken = text::width(text);
  return std::string(width - std::min(width, taken), ' ') + text;
}

}  // namespace

struct TerminalSink::Table {
  TerminalStyle style;
  std::vector<std::string> names;
  RunHeader header = {};
  std::vector<TerminalColumn> columns = {};
  std::string left_out = {};  // the names of those without room
  std::size_t load = load_width;
  bool few_samples = false, calibrated = false;

  void begin(const RunHeader& of) {
    header = of;
    few_samples = calibrated = false;
    load = load_width;
    std::vector<TerminalColumn> all =
        names.empty() ? report::usual_columns(header, style.utf8) : report::chosen_columns(names, style.utf8);
    std::size_t taken = 0;
    for (const TerminalColumn& column : all) taken += column.width;
    const std::size_t room = style.width > taken ? style.width - taken : 0;
    for (const Stage& stage : header.stages)
      load = std::max(load, text::width(printable(report::load_of(stage))) + 1);
    load = std::min({load, widest_load, std::max(load_width, room)});
    columns = report::fitting_columns(all, style.width - load);
    left_out.clear();
    for (const TerminalColumn& column : all) {
      const bool shown = std::ranges::find(columns, column.name, &TerminalColumn::name) != columns.end();
      if (!shown) left_out += (left_out.empty() ? "" : ", ") + column.name;
    }
  }

  [[nodiscard]] std::string_view mark() const { return style.utf8 ? "\u2026" : "~"; }

  [[nodiscard]] std::string bold(const std::string& text) const {
    return style.colour ? "\033[1m" + text + "\033[0m" : text;
  }

  [[nodiscard]] std::string headings() const {
    std::string groups(load, ' '), names_line = right("load", load);
    for (auto first = columns.begin(); first != columns.end();) {
      std::size_t width = 0;
      auto end = first;
      for (; end != columns.end() && end->group == first->group; ++end) {
        width += end->width;
        names_line += right(end->heading, end->width);
      }
      groups += right(first->group, width);
      first = end;
    }
    groups.erase(groups.find_last_not_of(' ') + 1);
    return (groups.empty() ? "" : bold(groups) + '\n') + bold(names_line) + '\n';
  }

  [[nodiscard]] std::string row(const std::string& name, const Summary& s, bool whole) {
    std::string line = right(text::cut_to(printable(name), load - 1, mark()), load);
    for (const TerminalColumn& column : columns) {
      const TerminalCell cell = whole || column.name != "valid" ? column.cell(s) : TerminalCell{};
      few_samples = few_samples || cell.text.ends_with('?');
      const std::string text = right(cell.text, column.width);
      const bool coloured = style.colour && cell.mood != Mood::plain;
      line += coloured ? (cell.mood == Mood::bad ? "\033[31m" : "\033[32m") + text + "\033[0m" : text;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
  }

  [[nodiscard]] std::string rows(const Summary& s) {
    calibrated = calibrated || s.stage.own_error.has_value();
    std::string text = row(report::load_of(s.stage), s, true);
    for (const Group& group : s.groups) {
      if (group.group == "endpoint") text += row('#' + group.key, part_of(s, group), false);
    }
    return text;
  }

  [[nodiscard]] std::string lines(const std::string& text) const {
    std::string all;
    for (const std::string& line : text::wrapped(printable(text), style.width, 2)) all += line + '\n';
    return all;
  }

  [[nodiscard]] std::string optional_lines(const std::string& text) const {
    return text.empty() ? "" : lines(text);
  }

  /// What the table's own signs mean.
  [[nodiscard]] std::string legend() const {
    std::string text;
    const auto has = [this](std::string_view name) {
      return std::ranges::find(columns, name, &TerminalColumn::name) != columns.end();
    };
    if (has("own_error")) {
      const std::string sign = style.utf8 ? "\u00b1ms" : "+-ms";
      text +=
          lines(sign + (calibrated ? ": our own error in TTFT and E2E, p99, by calibration"
                                   : ": how late we were ourselves, p99; --calibrate measures all of it"));
    }
    if (few_samples)
      text += lines("?: of fewer than " + std::to_string(samples_for_p99) + " requests, too few for a p99");
    if (!left_out.empty()) text += lines("No room here for " + left_out + ".");
    for (std::size_t i = 0; header.endpoints.size() > 1 && i < header.endpoints.size(); ++i)
      text += lines('#' + std::to_string(i) + ": " + header.endpoints[i]);
    return text;
  }
};

TerminalSink::TerminalSink(std::ostream& out, TerminalStyle style, std::vector<std::string> columns)
    : out_(out), table_(std::make_unique<Table>()) {
  (void)report::chosen_columns(columns, style.utf8);
  style.width = std::max<unsigned>(style.width, narrowest);
  table_->style = style;
  table_->names = std::move(columns);
}

TerminalSink::~TerminalSink() = default;

void TerminalSink::on_start(const RunHeader& header) {
  table_->begin(header);
  const std::string simulated =
      header.settings.simulated ? table_->lines(std::string(report::simulated_remark)) + '\n' : "";
  report::print(out_, simulated + table_->headings());
}

void TerminalSink::on_stage(const Summary& summary) { report::print(out_, table_->rows(summary)); }

void TerminalSink::on_end(const RunResult& result) {
  std::string text = "\n" + table_->legend() + table_->optional_lines(report::cache_remark(result));
  for (const std::string& remark : report::shared_remarks(result)) text += table_->lines(remark);
  text += table_->optional_lines(report::cost_remark(result, table_->header.settings.price));
  for (const std::string& remark : report::end_remarks(result)) text += table_->lines(remark);
  report::print(out_, text);
}

}  // namespace llmload
