#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "report/output_file.hpp"
#include "report/summary_json.hpp"

namespace llmload {
JsonSink::JsonSink(std::string path) : path_(std::move(path)) {
  const std::string part = path_ + ".part";
  if (!std::ofstream(part, std::ios::binary))
    throw InputError(path_ + ": can't be written: " + std::strerror(errno));
  std::remove(part.c_str());
}

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
  const std::string part = path_ + ".part";
  try {
    std::ofstream file;
    report::open_output(file, part, path_);
    report::write_output(file, path_, report::summary_text(header_, result_, complete),
                         "what changed since the last one is lost");
    report::close_output(file, path_);
    if (std::rename(part.c_str(), path_.c_str()) != 0)
      throw std::runtime_error(path_ + ": write failed: " + std::strerror(errno));
  } catch (...) {
    std::remove(part.c_str());
    throw;
  }
  written_ = true;
}

}  // namespace llmload
