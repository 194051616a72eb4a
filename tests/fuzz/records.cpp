// Any bytes as a records.jsonl give a result or an InputError; and a file that is replayed as a whole is
// replayed wherever it is cut behind its first line.
#include <algorithm>
#include <optional>
#include <sstream>
#include <string>

#include "fuzz/pieces.hpp"
#include "fuzz/scratch.hpp"
#include "llmload/error.hpp"
#include "llmload/replay.hpp"
#include "llmload/report.hpp"

namespace {

using namespace llmload;

/// Nothing where the file was refused.
std::optional<ReplayResult> replay(std::string_view content) {
  static const fuzz::Scratch scratch;
  const std::string file = scratch.write("records.jsonl", content);
  std::ostringstream table;
  TableSink table_sink(table);
  CsvSink csv_sink(scratch.path("performance_metrics.csv"));
  JsonSink json_sink(scratch.path("summary.json"));
  TeeSink sink({&table_sink, &csv_sink, &json_sink});
  try {
    return replay_records(file, sink);
  } catch (const InputError&) {
    return std::nullopt;
  }
}

void check(const ReplayResult& replayed) {
  const RunResult& result = replayed.result;
  for (const Summary& s : result.stages) {
    fuzz::require(s.begun == s.ok + s.failed, "each request has one outcome");
    fuzz::require(s.valid == s.invalid_reasons.empty(), "a reason where a stage is not valid");
  }
  fuzz::require(result.complete || !replayed.missing.empty(), "what is missing is told");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Pieces input = fuzz::split(data, size);
  const auto whole = replay(input.whole);
  if (!whole) return 0;
  check(*whole);
  const std::size_t first_line = input.whole.find('\n');
  for (const std::string_view piece : input.pieces) {
    const auto end = static_cast<std::size_t>(piece.data() - input.whole.data());
    if (end <= first_line) continue;
    const auto cut = replay(input.whole.substr(0, end));
    fuzz::require(cut.has_value(), "a cut file is replayed");
    check(*cut);
  }
  return 0;
}
