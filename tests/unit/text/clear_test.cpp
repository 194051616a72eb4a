#include "text/clear.hpp"

#include "support/catch.hpp"

namespace clear_test {

using llmload::text::clear_and_shrink;

TEST_CASE("a text that was large gives its memory back, a usual one keeps it") {
  std::string large(100'000, 'x'), usual(2'000, 'x');
  const auto kept = usual.capacity();
  clear_and_shrink(large);
  clear_and_shrink(usual);
  CHECK(large.empty());
  CHECK(large.capacity() < 8 * 1024);
  CHECK(usual.empty());
  CHECK(usual.capacity() == kept);
}

}  // namespace clear_test
