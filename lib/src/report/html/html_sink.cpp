#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "llmload/report.hpp"
#include "report/html/page.hpp"
#include "report/html/page_data.hpp"
#include "report/output_file.hpp"

namespace llmload {

using report::PageRun;
using report::StageSeries;

struct HtmlSink::Runs {
  /// Not where on_start() was not told, or was lost: then nothing of the run is on the page.
  [[nodiscard]] bool under_way() const { return !all.empty() && !all.back().ended; }

  /// Of the stage under way. A records file of an earlier version tells of no stage's begin.
  StageSeries& stage() {
    PageRun& run = all.back();
    if (!std::exchange(run.in_stage, true)) run.series.emplace_back();
    return run.series.back();
  }

  void end_stage() {
    stage().end();
    all.back().in_stage = false;
    thin();
  }

  /// The page has so many points at the most, of each stage its share of them.
  void thin() {
    std::vector<StageSeries*> stages;
    for (PageRun& run : all) {
      for (StageSeries& series : run.series) stages.push_back(&series);
    }
    const auto sum = [&](auto what) {
      return std::transform_reduce(stages.begin(), stages.end(), 0.0, std::plus<>(),
                                   [&](const StageSeries* s) { return static_cast<double>((s->*what)()); });
    };
    const auto most = static_cast<double>(StageSeries::most_points);
    if (sum(&StageSeries::points) <= most) return;
    const double seen = sum(&StageSeries::seen);
    for (StageSeries* series : stages) {
      const double share = most * static_cast<double>(series->seen()) / seen;
      series->thin_to(std::max<std::size_t>(64, static_cast<std::size_t>(share)));
    }
  }

  std::vector<PageRun> all;
};

HtmlSink::HtmlSink(std::string path) : path_(std::move(path)), runs_(std::make_unique<Runs>()) {
  report::require_replaceable(path_);
}

HtmlSink::~HtmlSink() = default;

void HtmlSink::on_start(const RunHeader& header) {
  written_ = false;
  if (runs_->under_way()) runs_->all.pop_back();
  runs_->all.emplace_back().header = header;
}

void HtmlSink::on_stage_begin(const StageBegin& /*stage*/) {
  if (runs_->under_way()) runs_->stage();
}

void HtmlSink::on_record(const RequestRecord& record) {
  if (runs_->under_way()) runs_->stage().add(record, runs_->all.back().header.settings);
}

void HtmlSink::on_stage(const Summary& /*summary*/) {
  if (runs_->under_way()) runs_->end_stage();
}

void HtmlSink::on_end(const RunResult& result) {
  if (!runs_->under_way()) return;
  PageRun& run = runs_->all.back();
  run.result = result;
  run.series.resize(result.stages.size());
  run.ended = true;
  report::replace_output(path_, report::page(report::page_data(runs_->all)), "the page is lost");
  written_ = true;
}

}  // namespace llmload
