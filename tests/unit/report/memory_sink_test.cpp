#include "llmload/sink.hpp"
#include "support/catch.hpp"
#include "unit/report/sample_summary.hpp"

namespace memory_sink_test {

using namespace llmload;
using report_test::failed_summary;
using report_test::full_summary;

constexpr std::chrono::steady_clock::time_point at(std::chrono::nanoseconds(5));

RequestRecord record(std::uint64_t index) {
  RequestRecord r;
  r.index = index;
  return r;
}

/// Tells `sink` of a run of two stages.
void tell_run(Sink& sink) {
  sink.on_start({});
  sink.on_stage_begin({0, at, "then"});
  sink.on_record(record(0));
  sink.on_record(record(1));
  sink.on_stage(full_summary());
  sink.on_record(record(2));  // as a file of an earlier version, without the stage's begin
  sink.on_stage(failed_summary());
  sink.on_end({});
}

TEST_CASE("all records are kept, each with its stage, and the summaries") {
  MemorySink sink;
  tell_run(sink);
  REQUIRE(sink.stages().size() == 2);
  const auto& [begin, records, summary] = sink.stages()[0];
  CHECK(begin == StageBegin{0, at, "then"});
  CHECK(records == std::vector<RequestRecord>{record(0), record(1)});
  CHECK(summary == full_summary());
  CHECK(sink.stages()[1].records == std::vector<RequestRecord>{record(2)});
  CHECK(sink.stages()[1].summary == failed_summary());
}

TEST_CASE("a second run begins anew, also behind one that ended within a stage") {
  MemorySink sink;
  sink.on_start({});
  sink.on_record(record(7));
  tell_run(sink);
  REQUIRE(sink.stages().size() == 2);
  CHECK(sink.stages()[0].records.size() == 2);
}

}  // namespace memory_sink_test
