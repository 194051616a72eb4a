#pragma once

#include <llmload/sink.hpp>
#include <string>
#include <utility>

namespace llmload::cli {

/// Gives a file of an earlier run that run's time as a part of its name: "summary.2026-11-30T20-47-23Z.json".
/// Nothing is done where there is none, or an empty one, and nothing is ever written over. Throws
/// std::runtime_error, with the system's reason.
void set_aside(const std::string& path);

/// A sink that writes a file, and sets the one of an earlier run aside before it begins; once, for a page may
/// have several runs. Where that fails this output is lost, and the earlier one is not.
template <class FileSink>
class Kept : public FileSink {
 public:
  explicit Kept(const std::string& path) : FileSink(path) {}
  void on_start(const RunHeader& header) override {
    if (!begun_) set_aside(this->name());
    begun_ = true;
    FileSink::on_start(header);
  }
  void on_stage(const Summary& summary) override {
    if (begun_) FileSink::on_stage(summary);
  }
  void on_end(const RunResult& result) override {
    if (begun_) FileSink::on_end(result);
  }

 private:
  bool begun_ = false;
};

}  // namespace llmload::cli
