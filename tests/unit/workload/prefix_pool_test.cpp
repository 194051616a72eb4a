#include "workload/prefix_pool.hpp"

#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include "support/catch.hpp"

namespace prefix_pool_test {

using llmload::workload::PrefixPool;

constexpr std::uint64_t requests = 100'000;

std::vector<double> uses(const PrefixPool& pool, std::uint64_t count) {
  std::vector<double> of(count);
  for (std::uint64_t i = 0; i < requests; ++i) ++of.at(pool.prefix_of(1, i));
  return of;
}

TEST_CASE("by the uniform law each prefix is drawn as often as the others") {
  for (const double times : uses(PrefixPool({10, 8, {}}), 8))
    CHECK(std::abs(times - requests / 8.0) < 5 * std::sqrt(requests / 8.0));
}

TEST_CASE("by zipf's law the k-th is drawn as its weight says") {
  const auto of = uses(PrefixPool({10, 5, 1.2}), 5);
  double sum = 0;
  for (int k = 1; k <= 5; ++k) sum += std::pow(k, -1.2);
  for (int k = 1; k <= 5; ++k) {
    const double expected = requests * std::pow(k, -1.2) / sum;
    CHECK(std::abs(of[static_cast<std::size_t>(k - 1)] - expected) < 5 * std::sqrt(expected));
  }
}

TEST_CASE(
    "a prefix was used before, exactly where an earlier request has it, in whatever order that is asked") {
  const PrefixPool pool({10, 50, 1.0});
  std::set<std::uint64_t> seen;
  std::vector<bool> before;
  for (std::uint64_t i = 0; i < 500; ++i) before.push_back(!seen.insert(pool.prefix_of(7, i)).second);
  for (std::uint64_t i = 500; i-- > 0;) CHECK(pool.is_used_before(7, i) == before[i]);
  CHECK_FALSE(pool.is_used_before(8, 0));
  CHECK(pool.is_used_before(7, 499) == before[499]);
}

TEST_CASE("one prefix is everybody's, and new to the first alone") {
  const PrefixPool pool({10, 1, {}});
  CHECK_FALSE(pool.is_used_before(1, 0));
  CHECK(pool.is_used_before(1, 1));
  CHECK(pool.prefix_of(1, 99) == 0);
}

}  // namespace prefix_pool_test
