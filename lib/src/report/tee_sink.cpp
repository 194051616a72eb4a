#include <exception>
#include <stdexcept>
#include <string>

#include "llmload/sink.hpp"

namespace llmload {
namespace {

template <class Call>
void each(const std::vector<Sink*>& sinks, Call call) {
  std::string lost;
  for (Sink* sink : sinks) {
    try {
      call(*sink);
    } catch (const std::exception& e) {
      lost += (lost.empty() ? "" : "; ") + std::string(e.what());
    } catch (...) {
      lost += std::string(lost.empty() ? "" : "; ") + "a sink threw something unknown";
    }
  }
  if (!lost.empty()) throw std::runtime_error(lost);
}

}  // namespace

void TeeSink::on_start(const Plan& plan) {
  each(sinks_, [&](Sink& sink) { sink.on_start(plan); });
}
void TeeSink::on_stage_begin(const StageBegin& stage) {
  each(sinks_, [&](Sink& sink) { sink.on_stage_begin(stage); });
}
void TeeSink::on_record(const RequestRecord& record) {
  each(sinks_, [&](Sink& sink) { sink.on_record(record); });
}
void TeeSink::on_stage(const Summary& summary) {
  each(sinks_, [&](Sink& sink) { sink.on_stage(summary); });
}
void TeeSink::on_end(const RunResult& result) {
  each(sinks_, [&](Sink& sink) { sink.on_end(result); });
}

}  // namespace llmload
