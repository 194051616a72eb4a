#include "report/html/page_data.hpp"

#include <boost/json/array.hpp>

#include "report/html/knee.hpp"
#include "report/json_members.hpp"
#include "report/summary_json.hpp"

namespace llmload::report {

namespace json = boost::json;

json::object page_data(std::span<const PageRun> runs) {
  json::array list;
  for (const PageRun& run : runs) {
    json::array stages;
    for (const StageSeries& series : run.series) stages.push_back(series.to_json());
    const RunHeader& header = run.header;
    json::object about = {{"dialect", text::valid_utf8(header.dialect)},
                          {"endpoints", strings(header.endpoints)},
                          {"models", strings(header.settings.models)},
                          {"cores", header.cores},
                          {"tokenizer_sha256", text_or_null(header.tokenizer_sha256)},
                          {"planned_stages", header.stages.size()}};
    list.push_back({{"summary", run_summary(header, run.result, run.result.complete)},
                    {"about", std::move(about)},
                    {"knee", or_null(knee(run.result.stages))},
                    {"stages", std::move(stages)}});
  }
  json::array outcomes;  // by the letters of points
  for (std::size_t i = 0; i < outcome_count; ++i) outcomes.emplace_back(to_string(static_cast<Outcome>(i)));
  return {{"runs", std::move(list)}, {"outcomes", std::move(outcomes)}};
}

}  // namespace llmload::report
