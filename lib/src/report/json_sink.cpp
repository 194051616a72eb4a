#include <utility>

#include "llmload/report.hpp"
#include "report/output_file.hpp"
#include "report/summary_json.hpp"

namespace llmload {

JsonSink::JsonSink(std::string path) : path_(std::move(path)) { report::require_replaceable(path_); }

void JsonSink::on_start(const RunHeader& header) {
  header_ = header;
  result_ = {};
  write(false);
}

void JsonSink::on_stage(const Summary& summary) {
  result_.stages.push_back(summary);
  write(false);
}

void JsonSink::on_end(const RunResult& result) {
  result_ = result;
  write(result.complete);
}

void JsonTextSink::on_end(const RunResult& result) {
  report::print(out_, report::summary_text(header_, result, result.complete));
}

void JsonSink::write(bool complete) {
  written_ = false;
  report::replace_output(path_, report::summary_text(header_, result_, complete),
                         "what changed since the last one is lost");
  written_ = true;
}

}  // namespace llmload
