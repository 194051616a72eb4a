#include "report/html/knee.hpp"

#include <algorithm>
#include <vector>

namespace llmload::report {
namespace {

struct Load {
  std::size_t stage;
  double load, throughput;
};

/// Sessions, or requests due a second.
std::optional<double> load_of(const Stage& stage) {
  if (const OpenLoop* const open = stage.open_loop()) return open->rate;
  return stage.concurrency();
}

}  // namespace

std::optional<std::size_t> knee(std::span<const Summary> stages) {
  std::vector<Load> loads;
  for (const Summary& s : stages) {
    const auto load = load_of(s.stage);
    if (!load || (s.stage.open_loop() == nullptr) != (stages.front().stage.open_loop() == nullptr))
      return std::nullopt;
    loads.push_back({static_cast<std::size_t>(&s - stages.data()), *load, s.requests_per_second.value_or(0)});
  }
  if (loads.empty()) return std::nullopt;
  std::ranges::stable_sort(loads, {}, &Load::load);
  const double most = std::ranges::max(loads, {}, &Load::throughput).throughput;
  if (most <= 0) return std::nullopt;
  const Load& at = *std::ranges::find_if(loads, [most](const Load& l) { return l.throughput >= 0.9 * most; });
  const double gain = most / at.throughput - 1, more_load = loads.back().load / at.load - 1;
  return more_load > 0 && gain <= more_load / 2 ? std::optional(at.stage) : std::nullopt;
}

}  // namespace llmload::report
