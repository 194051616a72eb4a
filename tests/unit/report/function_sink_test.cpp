#include <vector>

#include "llmload/sink.hpp"
#include "support/catch.hpp"
#include "unit/report/sample_summary.hpp"

namespace function_sink_test {

using namespace llmload;
using report_test::full_summary;

TEST_CASE("a function is a sink, for records and for stages") {
  std::vector<Outcome> outcomes;
  std::vector<std::uint64_t> ok;
  FunctionSink sink({.on_record = [&](const RequestRecord& r) { outcomes.push_back(r.outcome); },
                     .on_stage = [&](const Summary& s) { ok.push_back(s.ok); }});
  sink.on_start({});
  sink.on_record({});
  sink.on_stage(full_summary());
  sink.on_end({});
  CHECK(outcomes == std::vector<Outcome>{Outcome::cancelled});
  CHECK(ok == std::vector<std::uint64_t>{62});
  CHECK(sink.reads_texts());
}

TEST_CASE("a function that is not set is not called, and without one for records no text is read") {
  int stages = 0;
  FunctionSink sink({.on_stage = [&](const Summary&) { ++stages; }}), none({});
  for (FunctionSink* each : {&sink, &none}) {
    each->on_record({});
    each->on_stage(full_summary());
    CHECK_FALSE(each->reads_texts());
  }
  CHECK(stages == 1);
}

}  // namespace function_sink_test
