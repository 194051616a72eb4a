#include <algorithm>
#include <iterator>
#include <utility>

#include "llmload/sink.hpp"
#include "report/sink_errors.hpp"

namespace llmload {
namespace {

template <class Call>
void each(const std::vector<Sink*>& sinks, Call call) {
  std::vector<report::LostOutputs::Lost> lost;
  for (Sink* sink : sinks)
    std::ranges::move(report::lost_at(*sink, [&] { call(*sink); }), std::back_inserter(lost));
  if (!lost.empty()) throw report::LostOutputs(std::move(lost));
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
bool TeeSink::reads_texts() const {
  return std::ranges::any_of(sinks_, [](const Sink* sink) { return sink->reads_texts(); });
}

}  // namespace llmload
