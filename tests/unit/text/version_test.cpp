#include "llmload/version.hpp"

#include <string>

#include "support/catch.hpp"

namespace version_test {

TEST_CASE("the library's version is that of the headers it was built with") {
  CHECK(llmload::version() == std::to_string(LLMLOAD_VERSION_MAJOR) + "." +
                                  std::to_string(LLMLOAD_VERSION_MINOR) + "." +
                                  std::to_string(LLMLOAD_VERSION_PATCH));
  CHECK(LLMLOAD_VERSION_NUMBER / 10000 == LLMLOAD_VERSION_MAJOR);
}

}  // namespace version_test
