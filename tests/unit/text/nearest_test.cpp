#include "text/nearest.hpp"

#include "support/catch.hpp"

namespace nearest_test {

using llmload::text::nearest;

TEST_CASE("the nearest name has the fewest letters to change") {
  CHECK(nearest("TOPP", {"TOP_P", "SEED", "MODEL"}) == "TOP_P");
  CHECK(nearest("SEDE", {"TOP_P", "SEED", "MODEL"}) == "SEED");
  CHECK(nearest("", {"TOP_P", "SEED"}) == "SEED");
  CHECK(nearest("MODEL", {"MODELS", "MODEL"}) == "MODEL");
}

}  // namespace nearest_test
