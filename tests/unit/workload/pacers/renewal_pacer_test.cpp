#include <array>
#include <cmath>
#include <numeric>
#include <thread>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/workload/kolmogorov_smirnov.hpp"
#include "unit/workload/pacer_checks.hpp"

namespace renewal_pacer_test {

using namespace llmload;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Times = std::vector<std::int64_t>;

constexpr double rate = 100;
constexpr double per_mean = rate * 1e-9;  // nanoseconds to mean gaps
constexpr std::uint64_t many = 20'000;

std::vector<double> gamma_gaps(double burstiness, std::uint64_t seed) {
  return gaps(due_times(*make_gamma_pacer(rate, burstiness, seed, {many}), many));
}

template <class Cdf>
double p_of(const std::vector<double>& gaps_ns, Cdf cdf) {
  const auto of_ns = [&](double ns) { return cdf(ns * per_mean); };
  return kolmogorov_p(kolmogorov_distance(gaps_ns, 1, of_ns), gaps_ns.size());
}

/// How many of five seeds give gaps that fit the law.
template <class Gaps, class Cdf>
int that_fit(Gaps gaps_of_seed, Cdf cdf) {
  int fit = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) fit += p_of(gaps_of_seed(seed), cdf) > 0.01 ? 1 : 0;
  return fit;
}

TEST_CASE("poisson gaps follow the exponential law") {
  const auto poisson = [](std::uint64_t seed) {
    return gaps(due_times(*make_poisson_pacer(rate, seed, {many}), many));
  };
  CHECK(that_fit(poisson, exponential_cdf) >= 4);
}

TEST_CASE("gamma gaps follow the gamma law of their burstiness, and no other") {
  for (const double burstiness : {0.25, 4.0}) {
    INFO(burstiness);
    const auto gamma = [&](std::uint64_t seed) { return gamma_gaps(burstiness, seed); };
    CHECK(that_fit(gamma, [&](double x) { return gamma_cdf(burstiness, x * burstiness); }) >= 4);
    for (std::uint64_t seed = 1; seed <= 5; ++seed)
      CHECK(p_of(gamma_gaps(burstiness, seed), exponential_cdf) < 1e-6);
  }
}

TEST_CASE("the mean gap is 1 / rate and its coefficient of variation 1 / sqrt(burstiness)") {
  for (const double burstiness : {0.1, 0.25, 1.0, 4.0, 100.0}) {
    INFO(burstiness);
    const auto gap = gamma_gaps(burstiness, 11);
    const double n = static_cast<double>(gap.size());
    const double mean = std::accumulate(gap.begin(), gap.end(), 0.0) / n;
    double squares = 0;
    for (const double g : gap) squares += (g - mean) * (g - mean);
    const double variation = std::sqrt(squares / (n - 1)) / mean;
    // Four standard errors; that of the coefficient is by the delta method, with the gamma law's moments.
    const double law = 1 / std::sqrt(burstiness);
    CHECK(mean * per_mean == Approx(1).margin(4 * law / std::sqrt(n)));
    CHECK(variation / law == Approx(1).margin(4 * std::sqrt((0.5 + 0.5 / burstiness) / n)));
  }
}

TEST_CASE("a seed gives the due times that its definition gives elsewhere, too") {
  // By a second program, in Python, from docs/pacers.md.
  const auto poisson = make_poisson_pacer(rate, 7, {1000});
  CHECK(due_times(*poisson, 4) == Times{3558517, 16332872, 18080842, 18271674});
  CHECK(schedule_hash(*poisson, 1000) == "c6c74556c0bdc6849afc95d932d855ccea978827872bee0e5477c014040607e8");
  const auto bursty = make_gamma_pacer(rate, 0.25, 7, {1000});
  CHECK(due_times(*bursty, 4) == Times{80964346, 88485102, 88602608, 88662663});
  CHECK(schedule_hash(*bursty, 1000) == "8a505c279be0d1cd4a37c7893ffe376aece3784dfeb503e97fb7dcaa1530c68f");
  const auto even = make_gamma_pacer(rate, 4, 7, {1000});
  CHECK(due_times(*even, 4) == Times{14601560, 20164711, 30869255, 45834533});
  CHECK(schedule_hash(*even, 1000) == "ba75cbd4b7dd057dcd4fe5b3f599610621a182c65e637519b7505256ab919328");
}

TEST_CASE("burstiness 1 is poisson, to the nanosecond") {
  CHECK(due_times(*make_gamma_pacer(rate, 1, 3, {100}), 100) ==
        due_times(*make_poisson_pacer(rate, 3, {100}), 100));
}

TEST_CASE("another seed gives other due times") {
  CHECK(due_times(*make_poisson_pacer(rate, 3, {100}), 100) !=
        due_times(*make_poisson_pacer(rate, 4, {100}), 100));
}

TEST_CASE("a random schedule ends where it was asked to, and is no other for that") {
  const auto all = due_times(*make_poisson_pacer(rate, 5, {1000}), 2000);
  CHECK(all.size() == 1000);
  const Times first(all.begin(), all.begin() + 100);
  CHECK(due_times(*make_poisson_pacer(rate, 5, {100}), 2000) == first);
  CHECK(due_times(*make_poisson_pacer(rate, 5, {100, seconds(1000)}), 2000) == first);
  // A duration leaves out what is due at its very end.
  CHECK(due_times(*make_poisson_pacer(rate, 5, {.duration = nanoseconds(all[100])}), 2000) == first);
  CHECK(due_times(*make_poisson_pacer(rate, 5, {500, nanoseconds(all[100] + 1)}), 2000).size() == 101);
}

TEST_CASE("a random schedule without an end is refused") {
  CHECK_THROWS_AS(make_poisson_pacer(rate, 1, {}), InputError);
  CHECK_THROWS_AS(make_gamma_pacer(rate, 2, 1, {}), InputError);
  CHECK_THROWS_AS(make_poisson_pacer(rate, 1, {0, seconds(1)}), InputError);
  CHECK_THROWS_AS(make_poisson_pacer(rate, 1, {1, seconds(0)}), InputError);
}

TEST_CASE("a random schedule ends where nanoseconds do: after 292 years") {
  CHECK(due_times(*make_poisson_pacer(1e-9, 1, {1000}), 1000).size() < 100);
  CHECK(due_times(*make_poisson_pacer(1e-300, 1, {1000}), 1000).empty());
}

TEST_CASE("a burstiness that makes no schedule is refused") {
  for (const double burstiness : {0.0, -1.0, 1e-4, std::nan(""), HUGE_VAL}) {
    INFO(burstiness);
    CHECK_THROWS_AS(make_gamma_pacer(rate, burstiness, 1, {1}), InputError);
  }
}

TEST_CASE("due times do not depend on the order or the thread of asking") {
  constexpr std::uint64_t n = 1000;
  for (const auto& pacer : {make_poisson_pacer(rate, 5, {n}), make_gamma_pacer(rate, 0.25, 5, {n}),
                            make_constant_pacer(rate), make_ramp_pacer(rate, 0, seconds(60))}) {
    const auto expected = due_times(*pacer, n);
    REQUIRE(expected.size() == n);
    std::vector<Times> asked(4, Times(n));
    std::vector<std::thread> threads;
    for (std::uint64_t thread = 0; thread < asked.size(); ++thread) {
      threads.emplace_back([&, thread] {
        // Each by a step of its own, all without a common factor with n; one of them backwards.
        const std::uint64_t step = std::array<std::uint64_t, 4>{1, 7, 333, n - 1}[thread];
        for (std::uint64_t k = 0; k < n; ++k) {
          const std::uint64_t i = k * step % n;
          asked[thread][i] = pacer->due(i).value_or(nanoseconds(-1)).count();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& times : asked) CHECK(times == expected);
  }
}

}  // namespace renewal_pacer_test
