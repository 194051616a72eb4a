#include "validation/limits.hpp"

#include <limits>

#include "support/catch.hpp"

namespace limits_test {

using namespace llmload::validation;

TEST_CASE("a range has its ends, and no nan") {
  constexpr Numbers share{0, 0.5};
  CHECK(share.has(0));
  CHECK(share.has(0.5));
  CHECK_FALSE(share.has(-1e-9));
  CHECK_FALSE(share.has(0.6));
  CHECK_FALSE(share.has(std::numeric_limits<double>::quiet_NaN()));
  CHECK(WholeNumbers{1, 5}.has(5));
  CHECK_FALSE(WholeNumbers{1, 5}.has(0));
}

TEST_CASE("a range is told in words") {
  CHECK(to_words(WholeNumbers{1, 100'000}) == "a whole number from 1 to 100000");
  CHECK(to_words(Numbers{0.001, 1e6}) == "a number from 0.001 to 1000000");
}

}  // namespace limits_test
