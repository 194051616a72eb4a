#include "llmload/pacer.hpp"
#include "workload/pacers/due_list.hpp"
#include "workload/pacers/due_time.hpp"
#include "workload/random.hpp"

namespace llmload {
namespace {

using std::chrono::nanoseconds;

/// Due times with independent gaps, each drawn by `gap_ns()`. A gap is rounded before it is added: a last bit
/// that another C library computes differently can't build up along the schedule.
template <class Draw>
std::shared_ptr<const Pacer> make_renewal_pacer(const Extent& extent, Draw gap_ns) {
  if (!extent.requests && !extent.duration)
    throw InputError("a random schedule needs a number of requests or a duration");
  if (extent.requests == 0 || (extent.duration && *extent.duration <= nanoseconds{0}))
    throw InputError("a random schedule has at least one request, and a duration above 0");
  std::vector<nanoseconds> due;
  nanoseconds now{0};
  while (!extent.requests || due.size() < *extent.requests) {
    const auto gap = workload::whole_nanoseconds(gap_ns());
    if (!gap || *gap > nanoseconds::max() - now) break;
    now += *gap;
    if (extent.duration && now >= *extent.duration) break;
    due.push_back(now);
  }
  due.shrink_to_fit();
  return std::make_shared<workload::DueList>(std::move(due));
}

}  // namespace

std::shared_ptr<const Pacer> make_poisson_pacer(double rate, std::uint64_t seed, const Extent& extent) {
  workload::check_rate(rate);
  workload::Random random(seed);
  return make_renewal_pacer(extent, [&] { return random.exponential() * (1e9 / rate); });
}

std::shared_ptr<const Pacer> make_gamma_pacer(double rate, double burstiness, std::uint64_t seed,
                                              const Extent& extent) {
  workload::check_rate(rate);
  // Below, nearly all gaps are less than a nanosecond: whole schedules would fall on one instant.
  workload::check_range("burstiness", burstiness, 0.001, 1e6);
  if (burstiness == 1) return make_poisson_pacer(rate, seed, extent);
  workload::Random random(seed);
  return make_renewal_pacer(extent, [&] { return random.gamma(burstiness) * (1e9 / (rate * burstiness)); });
}

}  // namespace llmload
