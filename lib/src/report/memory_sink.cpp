#include "llmload/sink.hpp"

namespace llmload {

/// A records file of an earlier version tells of no stage's begin.
MemorySink::StageRecords& MemorySink::current() {
  if (!in_stage_) stages_.emplace_back();
  in_stage_ = true;
  return stages_.back();
}

void MemorySink::on_start(const RunHeader& /*header*/) {
  stages_.clear();
  in_stage_ = false;
}

void MemorySink::on_stage_begin(const StageBegin& stage) { current().begin = stage; }

void MemorySink::on_record(const RequestRecord& record) { current().records.push_back(record); }

void MemorySink::on_stage(const Summary& summary) {
  current().summary = summary;
  in_stage_ = false;
}

}  // namespace llmload
