#include <boost/json/serialize.hpp>
#include <fstream>

#include "llmload/report.hpp"
#include "report/output_file.hpp"
#include "report/records/record_json.hpp"
#include "report/records/run_json.hpp"

namespace llmload {

/// The file of a run that has begun.
struct RecordsSink::File {
  File(const std::string& file_path, bool texts) : path(file_path), with_text(texts) {
    report::open_output(stream, path, path);
  }

  /// One write a line: no line waits in our memory for the next one to come.
  void write() { report::write_output(stream, path, line, "the records from here on are lost"); }
  void write(const boost::json::object& object) {
    line = boost::json::serialize(object) + '\n';
    write();
  }

  std::string path;
  bool with_text;
  std::uint64_t stage = 0;
  std::string line;
  std::ofstream stream;
};

RecordsSink::RecordsSink(std::string path) : path_(std::move(path)) { report::require_writable(path_); }

RecordsSink::~RecordsSink() = default;

void RecordsSink::on_start(const RunHeader& header) {
  file_.reset();
  written_ = false;
  const auto line = report::header_line(header);
  file_ = std::make_unique<File>(path_, header.record_text);
  file_->write(line);
}

// What was lost is told once: a line behind half a line would make a broken file of it.
bool RecordsSink::lost() const { return !file_ || !file_->stream; }

bool RecordsSink::reads_texts() const { return !lost() && file_->with_text; }

void RecordsSink::on_record(const RequestRecord& record) {
  if (lost()) return;
  file_->line.clear();
  report::append_request(file_->line, file_->stage, record, file_->with_text);
  file_->write();
}

void RecordsSink::on_stage_begin(const StageBegin& stage) {
  if (!lost()) file_->write(report::stage_begin_line(stage));
}

void RecordsSink::on_stage(const Summary& summary) {
  if (!lost()) file_->write(report::stage_line(file_->stage++, summary));
}

void RecordsSink::on_end(const RunResult& result) {
  if (lost()) return;
  file_->write(report::end_line(result));
  report::close_output(file_->stream, path_);
  written_ = true;
}

}  // namespace llmload
