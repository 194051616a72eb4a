#include "llmload/pacer.hpp"
#include "workload/pacers/due_time.hpp"

namespace llmload {
namespace {

using std::chrono::nanoseconds;

/// With the rate a + k t, request i is due at the root of a t + k t^2 / 2 = i.
class RampPacer : public Pacer {
 public:
  RampPacer(double from_rate, double to_rate, nanoseconds duration)
      : from_(from_rate),
        slope_((to_rate - from_rate) / std::chrono::duration<double>(duration).count()),
        duration_(duration) {}

  std::optional<nanoseconds> due(std::uint64_t index) const override {
    if (index == 0) return nanoseconds{0};
    const double i = static_cast<double>(index);
    const double square = from_ * from_ + 2 * slope_ * i;
    if (square < 0) return std::nullopt;  // the rate falls to 0 before
    // The textbook's other form, (rate - a) / k, is 0 / 0 for a level rate and loses digits near it.
    const double rate = std::sqrt(square);
    const auto due = workload::whole_nanoseconds(2 * i / (from_ + rate) * 1e9);
    return due < duration_ ? due : std::nullopt;
  }

 private:
  double from_, slope_;  // requests / s, requests / s^2
  nanoseconds duration_;
};

}  // namespace

std::shared_ptr<const Pacer> make_ramp_pacer(double from_rate, double to_rate, nanoseconds duration) {
  workload::check_range("a ramp's rate", from_rate, 0, workload::highest_rate);
  workload::check_range("a ramp's rate", to_rate, 0, workload::highest_rate);
  if (from_rate == 0 && to_rate == 0) throw InputError("a ramp's rates must not both be 0");
  if (duration <= nanoseconds{0}) throw InputError("a ramp's duration must be above 0");
  return std::make_shared<RampPacer>(from_rate, to_rate, duration);
}

}  // namespace llmload
