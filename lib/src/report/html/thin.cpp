#include "report/html/thin.hpp"

#include <algorithm>
#include <array>

namespace llmload::report {
namespace {

using Kept = std::vector<bool>;

/// Marks the extremes of each piece of time. `points`: by their starts. Returns how many they are.
std::size_t keep_extremes(const std::vector<Point>& points, std::size_t pieces, Kept& kept) {
  kept.assign(points.size(), false);
  const auto first = points.front().start;
  const auto width =
      (points.back().start - first) / static_cast<std::int64_t>(pieces) + std::chrono::nanoseconds(1);
  std::size_t count = 0;
  const auto keep = [&](std::size_t i) {
    count += kept[i] ? 0 : 1;
    kept[i] = true;
  };
  for (std::size_t from = 0; from < points.size();) {
    const auto piece = (points[from].start - first) / width;
    std::size_t fastest = from, slowest = from, until = from;
    std::array<std::size_t, outcome_count> failures;  // the slowest of each kind
    failures.fill(points.size());
    for (; until < points.size() && (points[until].start - first) / width == piece; ++until) {
      const Point& point = points[until];
      if (point.took < points[fastest].took) fastest = until;
      if (point.took > points[slowest].took) slowest = until;
      std::size_t& failure = failures[static_cast<std::size_t>(point.outcome)];
      const bool first_of_kind = failure == points.size();
      if (point.outcome != Outcome::ok && (first_of_kind || point.took > points[failure].took))
        failure = until;
    }
    keep(fastest);
    keep(slowest);
    for (const std::size_t failure : failures) {
      if (failure < points.size()) keep(failure);
    }
    from = until;
  }
  return count;
}

}  // namespace

std::vector<Point> thin(std::vector<Point> points, std::size_t most, std::uint64_t& each) {
  std::ranges::sort(points, {}, [](const Point& p) { return std::pair(p.start, p.number); });
  if (points.empty() || (each == 1 && points.size() <= most)) return points;
  Kept kept;
  std::size_t pieces = most / 4;
  while (keep_extremes(points, pieces, kept) > most && pieces > 1) pieces /= 2;
  const auto stays = [&](std::size_t i) { return kept[i] || points[i].number % each == 0; };
  const auto count = [&] {
    std::size_t staying = 0;
    for (std::size_t i = 0; i < points.size(); ++i) staying += stays(i) ? 1 : 0;
    return staying;
  };
  while (count() > most) each *= 2;
  std::vector<Point> few;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (stays(i)) few.push_back(points[i]);
  }
  return few;
}

}  // namespace llmload::report
