#include "llmload/pacer.hpp"

#include "support/catch.hpp"
#include "unit/workload/pacer_checks.hpp"

namespace pacer_test {

using namespace llmload;
using std::chrono::seconds;
using Times = std::vector<std::int64_t>;

/// The example of docs/pacers.md.
class Waves : public Pacer {
 public:
  std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    return std::chrono::seconds(index / 50);
  }
};

TEST_CASE("a pacer of one's own overrides one function") {
  const std::shared_ptr<const Pacer> waves = std::make_shared<Waves>();
  CHECK(waves->due(49) == seconds(0));
  CHECK(waves->due(50) == seconds(1));
  CHECK(waves->due(149) == seconds(2));
}

TEST_CASE("a schedule's hash is the SHA-256 of its due times, 8 bytes each, little end first") {
  // sha256 of 0, 100'000'000 and 200'000'000 as struct.pack("<3q", ...) has them, and of nothing.
  const std::string three = "bffc78f9757edda865334a95e734c826b62f651c9b52eb10da1d8a76f421b656";
  const std::string none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  CHECK(schedule_hash(*make_constant_pacer(10), 3) == three);
  CHECK(schedule_hash(*make_constant_pacer(10), 0) == none);
  CHECK(schedule_hash(*make_constant_pacer(10), 4) != three);
}

TEST_CASE("a schedule's hash stops where the schedule does") {
  const auto ten = make_poisson_pacer(100, 1, {10});
  CHECK(schedule_hash(*ten, 1'000'000) == schedule_hash(*ten, 10));
  CHECK(schedule_hash(*ten, 9) != schedule_hash(*ten, 10));
}

}  // namespace pacer_test
