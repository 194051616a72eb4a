#include "tokenize/huge_pages.hpp"

#include <cstdint>
#include <numeric>
#include <utility>

#include "support/catch.hpp"

namespace huge_pages_test {

using llmload::tokenize::HugeVector;

TEST_CASE("an array of any size holds what is put into it, copied, moved and grown") {
  for (const std::size_t size : {0UL, 1UL, 131'071UL, 131'072UL, 700'000UL}) {  // about a page of 2 MiB
    HugeVector<std::uint64_t> numbers(size);
    std::iota(numbers.begin(), numbers.end(), 1);
    const HugeVector<std::uint64_t> copy = numbers;
    HugeVector<std::uint64_t> moved = std::move(numbers);
    moved.push_back(size + 1);
    REQUIRE(copy.size() == size);
    CHECK(std::equal(copy.begin(), copy.end(), moved.begin()));
    CHECK(moved.back() == size + 1);
  }
}

TEST_CASE("a large array begins at a page of 2 MiB, a small one takes no more than it needs") {
  const HugeVector<std::uint64_t> large(1 << 20U);
  CHECK(reinterpret_cast<std::uintptr_t>(large.data()) % (1 << 21U) == 0);
  const HugeVector<char> small(100);
  CHECK(small.capacity() == 100);
}

}  // namespace huge_pages_test
