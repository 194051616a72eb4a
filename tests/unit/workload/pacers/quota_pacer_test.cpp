#include "workload/pacers/quota_pacer.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace quota_pacer_test {

using namespace llmload;
using workload::QuotaPacer;
using workload::used_share;

constexpr std::int64_t second = 1'000'000'000;

/// The times of requests of `tokens` each that are sent as soon as they may.
std::vector<std::int64_t> times_of(const Quota& quota, std::uint64_t tokens, int count) {
  QuotaPacer pacer(quota);
  std::vector<std::int64_t> times;
  for (int i = 0; i < count; ++i) times.push_back(pacer.reserve(tokens, 0));
  return times;
}

/// The most that are within any window of 10 s.
int most_in_a_window(const std::vector<std::int64_t>& times) {
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
  CHECK(pacer.reserve(970, 5 * second) == 5 * second);
  CHECK(pacer.reserve(97, 5 * second) == 6 * second);
  CHECK(pacer.reserve(97, 5 * second) == 6 * second + second / 10);
  CHECK(pacer.reserve(97, 50 * second) == 50 * second);  // what was not used is not saved up
}

TEST_CASE("what the server counts beyond prompts is charged once it is known") {
  QuotaPacer pacer({60'000, {}});
  pacer.learn(20, 117);
  CHECK(pacer.reserve(873, 0) == 0);
  CHECK(pacer.reserve(0, 0) == second);
}

TEST_CASE(
    "what can't be believed of it is not charged, and no request takes more than an hour of the quota") {
  QuotaPacer pacer({60'000, {}});
  pacer.learn(20, 1'000'000'000'000);
  CHECK(pacer.reserve(0, 0) == 0);
  CHECK(pacer.reserve(0, 0) < 2 * second);  // 1,044 tokens
  pacer.learn(20, 5);
  CHECK(pacer.cost(UINT64_MAX) < 3'800 * second);
}

TEST_CASE("each time is given once, whichever thread asks") {
  QuotaPacer pacer({{}, 60'000});
  std::vector<std::vector<std::int64_t>> taken(4);
  {
    std::vector<std::jthread> threads;
    for (auto& times : taken) {
      threads.emplace_back([&pacer, &times] {
        for (int i = 0; i < 1'000; ++i) times.push_back(pacer.reserve(1, 0));
      });
    }
  }
  std::vector<std::int64_t> all;
  for (const auto& times : taken) all.insert(all.end(), times.begin(), times.end());
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == static_cast<std::int64_t>(i) * pacer.cost(1));
}

}  // namespace quota_pacer_test
