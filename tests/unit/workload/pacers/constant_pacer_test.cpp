#include <limits>
#include <string>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/workload/pacer_checks.hpp"

namespace constant_pacer_test {

using namespace llmload;
using std::chrono::nanoseconds;
using Times = std::vector<std::int64_t>;

TEST_CASE("a constant rate makes request i due at i / rate") {
  CHECK(due_times(*make_constant_pacer(10), 4) == Times{0, 100'000'000, 200'000'000, 300'000'000});
  CHECK(due_times(*make_constant_pacer(0.5), 3) == Times{0, 2'000'000'000, 4'000'000'000});
  CHECK(due_times(*make_constant_pacer(3), 5) ==
        Times{0, 333'333'333, 666'666'667, 1'000'000'000, 1'333'333'333});
}

TEST_CASE("a constant rate does not drift, however far") {
  CHECK(make_constant_pacer(3)->due(3'000'000'000) == std::chrono::seconds(1'000'000'000));
  CHECK(make_constant_pacer(7)->due(7'000'000) == std::chrono::seconds(1'000'000));
}

TEST_CASE("a constant schedule ends where nanoseconds do: after 292 years") {
  const auto slow = make_constant_pacer(0x1p-30);  // about 34 years apart
  CHECK(slow->due(8) == std::chrono::seconds(std::int64_t{8} << 30));
  CHECK_FALSE(slow->due(9));
  CHECK_FALSE(make_constant_pacer(1e-300)->due(1));
  CHECK_FALSE(make_constant_pacer(1)->due(std::numeric_limits<std::uint64_t>::max()));
}

TEST_CASE("a rate that is not above 0 and at most a million is refused") {
  for (const double rate : {0.0, -1.0, 1e6 + 1, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
    INFO(rate);
    CHECK_THROWS_AS(make_constant_pacer(rate), InputError);
    CHECK_THROWS_AS(make_poisson_pacer(rate, 1, {1}), InputError);
    CHECK_THROWS_AS(make_gamma_pacer(rate, 2, 1, {1}), InputError);
  }
  CHECK(error_of<InputError>([] { (void)make_constant_pacer(-1.5); }) ==
        "rate: -1.5: must be above 0 and at most 1000000 requests a second");
  CHECK(make_constant_pacer(1e6)->due(1) == nanoseconds(1000));
}

}  // namespace constant_pacer_test
