#include "calibration/cores.hpp"

#include "llmload/calibration.hpp"
#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace cores_test {

using namespace llmload;
using calibration::OnCores;
using calibration::usable_cores;

TEST_CASE("a thread is kept on cores, with what it starts, until the object ends") {
  const auto before = usable_cores();
  REQUIRE_FALSE(before.empty());
  {
    const OnCores last({before.back()});
    CHECK(usable_cores() == std::vector{before.back()});
    std::vector<unsigned> of_thread;
    std::jthread([&] { of_thread = usable_cores(); }).join();
    CHECK(of_thread == std::vector{before.back()});
  }
  CHECK(usable_cores() == before);
}

TEST_CASE("the endpoint of a calibration has a core, and the client the others") {
  const auto all = usable_cores();
  if (all.size() > 1) {
    const auto cores = calibration::divided_cores();
    CHECK(cores.endpoint == all.back());
    CHECK(cores.client == std::vector(all.begin(), all.end() - 1));
    CHECK(calibration_client_cores() == all.size() - 1);
  }
  const OnCores one({all.front()});
  CHECK(has(error_of<InputError>([] { (void)calibration::divided_cores(); }), "needs two cores"));
}

}  // namespace cores_test
