#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "llmload/run_header.hpp"
#include "llmload/sink.hpp"
#include "metrics/stage_end.hpp"

namespace llmload::report {

/// The "header" line of a records file (docs/records.md): what of the plan the numbers and the outputs need.
boost::json::object header_line(const RunHeader& header);
RunHeader read_header(const boost::json::object& line);  ///< Throws InputError.

/// The "stage_begin" line, before a stage's requests.
boost::json::object stage_begin_line(const StageBegin& stage);
/// `stages`: those that the header told of. The line's own goes to its place among them, or behind: a source
/// of stages had not decided it before, and files of earlier versions have none. Throws InputError.
StageBegin read_stage_begin(const boost::json::object& line, std::vector<Stage>& stages);

/// The "stage" line, which ends a stage's requests. `read_lag` and the like are written as the whole numbers
/// that they were.
boost::json::object stage_line(std::uint64_t number, const Summary& summary);

struct StageLine {
  std::uint64_t number = 0;
  metrics::StageEnd end;
  std::uint64_t begun = 0, ok = 0, failed = 0, outside_window = 0;
  std::vector<std::string> notes;
};
StageLine read_stage(const boost::json::object& line);  ///< Throws InputError.

/// When a stage was stopped; nothing where `line`, of any type, does not say so.
Stamp stopped_at(const boost::json::object& line);

/// The "end" line: a result without its stages.
boost::json::object end_line(const RunResult& result);
/// Without the verdict, which follows from the stages. Throws InputError.
RunResult read_end(const boost::json::object& line);

}  // namespace llmload::report
