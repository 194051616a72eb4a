#include "workload/pacers/quota_pacer.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace quota_pacer_test {

using namespace llmload;
using workload::QuotaPacer;
using workload::used_share;

constexpr std::chrono::nanoseconds second = std::chrono::seconds(1);

QuotaPacer::Time at(std::chrono::nanoseconds since_begin) { return QuotaPacer::Time(since_begin); }

/// The times of requests of `tokens` each that are sent as soon as they may.
std::vector<QuotaPacer::Time> times_of(const Quota& quota, std::uint64_t tokens, int count) {
  QuotaPacer pacer(quota);
  std::vector<QuotaPacer::Time> times;
  for (int i = 0; i < count; ++i) times.push_back(pacer.reserve(tokens, {}));
  return times;
}

/// The most that are within any window of 10 s.
int most_in_a_window(const std::vector<QuotaPacer::Time>& times) {
  std::ptrdiff_t most = 0;
  for (auto first = times.begin(); first != times.end(); ++first)
    most = std::max(most, std::lower_bound(first, times.end(), *first + 10 * second) - first);
  return static_cast<int>(most);
}

TEST_CASE("no window of 10 s has more requests than a sixth of the quota, and nearly as many") {
  const auto times = times_of({{}, 1'000}, 300, 1'000);
  CHECK(most_in_a_window(times) <= 166);
  CHECK(most_in_a_window(times) >= 160);
}

TEST_CASE("nor more tokens, where these bind") {
  const auto times = times_of({200'000, 1'000}, 281, 1'000);
  CHECK(most_in_a_window(times) * 281 <= 200'000 / 6);
  CHECK(most_in_a_window(times) * 281 >= 200'000 / 6 * 9 / 10);
}

TEST_CASE("a request is charged for itself, and the next one waits for that") {
  QuotaPacer pacer({60'000, {}});  // 1,000 a second
  CHECK(pacer.reserve(970, at(5 * second)) == at(5 * second));
  CHECK(pacer.reserve(97, at(5 * second)) == at(6 * second));
  CHECK(pacer.reserve(97, at(5 * second)) == at(6 * second + second / 10));
  CHECK(pacer.reserve(97, at(50 * second)) == at(50 * second));  // what was not used is not saved up
}

TEST_CASE("what the server counts beyond prompts is charged once it is known") {
  QuotaPacer pacer({60'000, {}});
  pacer.learn(20, 117);
  CHECK(pacer.reserve(873, {}) == at({}));
  CHECK(pacer.reserve(0, {}) == at(second));
}

TEST_CASE(
    "what can't be believed of it is not charged, and no request takes more than an hour of the quota") {
  QuotaPacer pacer({60'000, {}});
  pacer.learn(20, 1'000'000'000'000);
  CHECK(pacer.reserve(0, {}) == at({}));
  CHECK(pacer.reserve(0, {}) < at(2 * second));  // 1,044 tokens
  pacer.learn(20, 5);
  CHECK(pacer.cost(UINT64_MAX) < 3'800 * second);
}

TEST_CASE("each time is given once, whichever thread asks") {
  QuotaPacer pacer({{}, 60'000});
  std::vector<std::vector<QuotaPacer::Time>> taken(4);
  {
    std::vector<std::jthread> threads;
    for (auto& times : taken) {
      threads.emplace_back([&pacer, &times] {
        for (int i = 0; i < 1'000; ++i) times.push_back(pacer.reserve(1, {}));
      });
    }
  }
  std::vector<QuotaPacer::Time> all;
  for (const auto& times : taken) all.insert(all.end(), times.begin(), times.end());
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == at(i * pacer.cost(1)));
}

}  // namespace quota_pacer_test
