#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <vector>

#include "llmload/result.hpp"
#include "llmload/run_header.hpp"
#include "report/html/stage_series.hpp"

namespace llmload::report {

/// A run on the page.
struct PageRun {
  RunHeader header;
  RunResult result;                 ///< set at the end
  std::vector<StageSeries> series;  ///< a stage each
  bool in_stage = false;            ///< the last of them has not ended
  bool ended = false;
};

/// All that a page shows: `runs`, each with `summary` (as summary.json), `about` (of the header, what that
/// does not have), `knee` (the place of a stage, or null) and `stages` (their series); and the names of
/// `outcomes`.
boost::json::object page_data(std::span<const PageRun> runs);

}  // namespace llmload::report
