#include "llmload/sink.hpp"

namespace llmload {

void FunctionSink::on_record(const RequestRecord& record) {
  if (functions_.on_record) functions_.on_record(record);
}

void FunctionSink::on_stage(const Summary& summary) {
  if (functions_.on_stage) functions_.on_stage(summary);
}

}  // namespace llmload
