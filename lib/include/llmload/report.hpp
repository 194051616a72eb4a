#pragma once

#include <cstddef>
#include <fstream>
#include <iosfwd>
#include <llmload/export.hpp>
#include <llmload/sink.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llmload {

/// Writes performance_metrics.csv (docs/csv.md): the heading when the run starts, each stage's row when the
/// stage ends. RFC 4180; `.` is the decimal point in every locale.
class LLMLOAD_EXPORT CsvSink : public Sink {
 public:
  /// Throws InputError where `path` can't be written.
  explicit CsvSink(const std::string& path);
  void on_start(const RunHeader& header) override;
  void on_stage(const Summary& summary) override;
  void on_end(const RunResult& result) override;
  [[nodiscard]] bool reads_texts() const override { return false; }
  [[nodiscard]] std::string name() const override { return path_; }
  /// The run has ended, and all of the file is there.
  [[nodiscard]] bool written() const noexcept { return written_; }

 private:
  std::string path_;
  std::ofstream file_;
  std::string label_;
  bool written_ = false;
};

/// Prints the markdown table, row by row, with TTFT and TPOT where answers are streamed, and the rate, the
/// service time and what was dropped where a stage is an open loop; before it that a run is simulated, after
/// it what the reader must know: failures, notes, validity. `out` must outlive the sink.
class LLMLOAD_EXPORT TableSink : public Sink {
 public:
  /// Prints to `out`, from the thread of each call.
  explicit TableSink(std::ostream& out) : out_(out) {}
  void on_start(const RunHeader& header) override;
  void on_stage(const Summary& summary) override;
  void on_end(const RunResult& result) override;
  [[nodiscard]] bool reads_texts() const override { return false; }
  [[nodiscard]] std::string name() const override { return "standard output"; }

 private:
  std::ostream& out_;
  bool stream_ = false, open_ = false;
  std::optional<Price> price_;
};

/// What a terminal can show.
struct TerminalStyle {
  unsigned width = 80;  ///< columns; at least 40 are used
  bool colour = false;  ///< what is bad is red, also without words
  bool utf8 = false;
};

/// Prints a table for people, of rows that fit the terminal: the load, requests ok and failed, rates, TTFT
/// and E2E with our own error beside them, and whether the stage is valid; of several endpoints a row each
/// below it. What does not fit is left out, and said. Behind it what the reader must know, each thing once,
/// with the stages that it is about. `out` must outlive the sink.
class LLMLOAD_EXPORT TerminalSink : public Sink {
 public:
  /// `columns`: in place of the usual ones, by the names of value_of(), or "ok", "failed", "own_error" and
  /// "valid". Throws InputError where one is none.
  explicit TerminalSink(std::ostream& out, TerminalStyle style = {}, std::vector<std::string> columns = {});
  ~TerminalSink() override;
  void on_start(const RunHeader& header) override;
  void on_stage(const Summary& summary) override;
  void on_end(const RunResult& result) override;
  [[nodiscard]] bool reads_texts() const override { return false; }
  [[nodiscard]] std::string name() const override { return "standard output"; }

 private:
  struct Table;

  std::ostream& out_;
  std::unique_ptr<Table> table_;
};

/// Prints summary.json at the run's end. `out` must outlive the sink.
class LLMLOAD_EXPORT JsonTextSink : public Sink {
 public:
  /// Prints to `out`.
  explicit JsonTextSink(std::ostream& out) : out_(out) {}
  void on_start(const RunHeader& header) override { header_ = header; }
  void on_end(const RunResult& result) override;
  [[nodiscard]] bool reads_texts() const override { return false; }
  [[nodiscard]] std::string name() const override { return "standard output"; }

 private:
  std::ostream& out_;
  RunHeader header_;
};

/// Writes summary.json (docs/summary.md): the run's parameters without secrets, and its stages. The file is
/// replaced as a whole after each stage, so it is complete whenever it is read.
class LLMLOAD_EXPORT JsonSink : public Sink {
 public:
  /// Throws InputError where `path` can't be written.
  explicit JsonSink(std::string path);
  void on_start(const RunHeader& header) override;
  void on_stage(const Summary& summary) override;
  void on_end(const RunResult& result) override;
  [[nodiscard]] bool reads_texts() const override { return false; }
  [[nodiscard]] std::string name() const override { return path_; }
  /// The file has all that the sink was told.
  [[nodiscard]] bool written() const noexcept { return written_; }

 private:
  void write(bool complete);

  std::string path_;
  RunHeader header_;
  RunResult result_;
  bool written_ = false;
};

/// Writes records.jsonl (docs/records.md): a line each for the run, every stage's begin and end, every
/// request and the end, from which replay_records() makes the same numbers again. Each line is written at
/// once. What the server wrote stands in it as the record has it, which a run has cleared of its secrets. A
/// failed write throws once; from there on nothing more is written.
class LLMLOAD_EXPORT RecordsSink : public Sink {
 public:
  /// Throws InputError where `path` can't be written.
  explicit RecordsSink(std::string path);
  ~RecordsSink() override;
  void on_start(const RunHeader& header) override;
  void on_stage_begin(const StageBegin& stage) override;
  void on_record(const RequestRecord& record) override;
  void on_stage(const Summary& summary) override;
  void on_end(const RunResult& result) override;
  /// Where the plan wants them in the file.
  [[nodiscard]] bool reads_texts() const override;
  [[nodiscard]] std::string name() const override { return path_; }
  /// The run has ended, and all of the file is there.
  [[nodiscard]] bool written() const noexcept { return written_; }

 private:
  struct File;
  [[nodiscard]] bool lost() const;

  std::string path_;
  std::unique_ptr<File> file_;  ///< from on_start on
  bool written_ = false;
};

/// Writes a page of charts and tables (docs/html_report.md) when the run has ended, also where it was
/// interrupted: one file, which a browser opens without a network. Used again, it has the next run on the
/// same page, beside those before it.
/// Memory: 48 bytes a request, 20 MB at the most, and 1 MB while a stage runs; at the end the page, twice.
class LLMLOAD_EXPORT HtmlSink : public Sink {
 public:
  /// Throws InputError where `path` can't be written.
  explicit HtmlSink(std::string path);
  ~HtmlSink() override;
  void on_start(const RunHeader& header) override;
  void on_stage_begin(const StageBegin& stage) override;
  void on_record(const RequestRecord& record) override;
  void on_stage(const Summary& summary) override;
  void on_end(const RunResult& result) override;
  [[nodiscard]] bool reads_texts() const override { return false; }
  [[nodiscard]] std::string name() const override { return path_; }
  /// The last run has ended, and all of the page is there.
  [[nodiscard]] bool written() const noexcept { return written_; }

 private:
  struct Runs;

  std::string path_;
  std::unique_ptr<Runs> runs_;
  bool written_ = false;
};

}  // namespace llmload
