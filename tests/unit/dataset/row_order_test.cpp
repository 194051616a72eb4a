#include "dataset/row_order.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"

namespace row_order_test {

using llmload::RowOrder;
using llmload::dataset::row_of;

std::vector<std::uint64_t> pass(RowOrder order, std::uint64_t seed, std::uint64_t rows,
                                std::uint64_t number = 0) {
  std::vector<std::uint64_t> all(rows);
  for (std::uint64_t i = 0; i < rows; ++i) all[i] = row_of(order, seed, rows, number * rows + i);
  return all;
}

TEST_CASE("as written, rows come in turn, again from the first") {
  CHECK(pass(RowOrder::as_written, 1, 3) == std::vector<std::uint64_t>{0, 1, 2});
  CHECK(pass(RowOrder::as_written, 1, 3, 5) == std::vector<std::uint64_t>{0, 1, 2});
}

TEST_CASE("shuffled, each pass has each row once, in an order of its own and of the seed") {
  for (const std::uint64_t rows : {1U, 2U, 3U, 4U, 5U, 16U, 17U, 1000U, 4097U}) {
    auto order = pass(RowOrder::shuffled, 7, rows, 2);
    std::ranges::sort(order);
    CHECK(order == pass(RowOrder::as_written, 7, rows));
  }
  CHECK(pass(RowOrder::shuffled, 7, 100) == pass(RowOrder::shuffled, 7, 100));
  CHECK(pass(RowOrder::shuffled, 7, 100) != pass(RowOrder::shuffled, 8, 100));
  CHECK(pass(RowOrder::shuffled, 7, 100) != pass(RowOrder::shuffled, 7, 100, 1));
  CHECK(pass(RowOrder::shuffled, 7, 100) != pass(RowOrder::as_written, 7, 100));
}

TEST_CASE("shuffled, a row is as likely at the first place as at any") {
  constexpr std::uint64_t rows = 10, seeds = 10'000;
  std::vector<int> first(rows);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) ++first[row_of(RowOrder::shuffled, seed, rows, 0)];
  for (const int times : first) {  // 1,000 with a standard deviation of 30: within 5 of them
    CHECK(times > 850);
    CHECK(times < 1150);
  }
}

TEST_CASE("sampled, a row may come twice, and all come") {
  auto drawn = pass(RowOrder::sampled, 1, 1000);
  std::ranges::sort(drawn);
  const auto [end, last] = std::ranges::unique(drawn);
  const auto different = static_cast<double>(end - drawn.begin());
  CHECK(different > 580);  // 632 of 1,000 are expected, with a standard deviation of 10
  CHECK(different < 690);
  CHECK(drawn.front() < 10);
}

}  // namespace row_order_test
