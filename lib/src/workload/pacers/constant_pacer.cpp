#include "llmload/pacer.hpp"
#include "workload/pacers/due_time.hpp"

namespace llmload {
namespace {

class ConstantPacer : public Pacer {
 public:
  explicit ConstantPacer(double rate) : rate_(rate) {}

  std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    return workload::whole_nanoseconds(static_cast<double>(index) * 1e9 / rate_);
  }

 private:
  double rate_;
};

}  // namespace

std::shared_ptr<const Pacer> make_constant_pacer(double rate) {
  workload::check_rate(rate);
  return std::make_shared<ConstantPacer>(rate);
}

}  // namespace llmload
