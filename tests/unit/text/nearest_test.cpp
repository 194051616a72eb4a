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

TEST_CASE("a name that begins with the word is nearer than any other") {
  CHECK(nearest("--ttft", {"--port", "--ttft-ms"}) == "--ttft-ms");
  CHECK(nearest("PROMPT", {"PRICE", "PROMPTS_ORDER", "PROMPTS"}) == "PROMPTS");
}

}  // namespace nearest_test
