#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "llmload/result.hpp"
#include "llmload/run_header.hpp"
#include "llmload/summary.hpp"

namespace llmload::report {

/// A stage of summary.json (docs/summary.md).
boost::json::object stage_summary(const Summary& summary);

/// All of summary.json. `complete`: the run has ended.
boost::json::object run_summary(const RunHeader& header, const RunResult& result, bool complete);
/// Its text, with a line end.
std::string summary_text(const RunHeader& header, const RunResult& result, bool complete);

}  // namespace llmload::report
