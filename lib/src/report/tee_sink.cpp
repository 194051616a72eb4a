#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "llmload/error.hpp"
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

TeeSink::TeeSink(std::vector<Sink*> sinks) : sinks_(std::move(sinks)) {
  const auto null = std::find(sinks_.begin(), sinks_.end(), nullptr);
  if (null != sinks_.end())
    throw InputError("sink " + std::to_string(null - sinks_.begin()) + " of a TeeSink is null");
}

void TeeSink::on_start(const RunHeader& header) {
  each(sinks_, [&](Sink& sink) { sink.on_start(header); });
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
