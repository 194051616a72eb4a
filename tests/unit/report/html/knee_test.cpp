#include "report/html/knee.hpp"

#include <vector>

#include "support/catch.hpp"

namespace knee_test {

using namespace llmload;
using report::knee;

Summary closed(unsigned sessions, std::optional<double> throughput) {
  Summary s;
  s.stage.loop = ClosedLoop{sessions};
  s.requests_per_second = throughput;
  return s;
}

Summary open(std::optional<double> rate, double throughput) {
  Summary s;
  s.stage.loop = OpenLoop{.rate = rate};
  s.requests_per_second = throughput;
  return s;
}

TEST_CASE("the knee is the lowest load with 90 % of the highest throughput") {
  CHECK(knee(std::vector{closed(1, 10), closed(2, 20), closed(4, 37), closed(8, 40), closed(16, 39)}) == 2);
  CHECK(knee(std::vector{open(10, 10), open(20, 15), open(40, 15.5)}) == 1);
}

TEST_CASE("its place is that in the run, whatever the order of the loads") {
  CHECK(knee(std::vector{closed(16, 39), closed(4, 37), closed(1, 10), closed(8, 40)}) == 1);
}

TEST_CASE("throughput that grows up to the highest load has no knee") {
  CHECK(knee(std::vector{closed(1, 10), closed(2, 20), closed(4, 40)}) == std::nullopt);
  SECTION("also where the loads are so near that 90 % is no sign of anything") {
    CHECK(knee(std::vector{closed(9, 90), closed(10, 100)}) == std::nullopt);
  }
}

TEST_CASE("where more load brings less than before, the knee is the best of them") {
  CHECK(knee(std::vector{closed(1, 100), closed(2, 50), closed(4, 20)}) == 0);
}

TEST_CASE("there is no knee of one stage, of none, of none that succeeded, or of loads that don't compare") {
  CHECK(knee({}) == std::nullopt);
  CHECK(knee(std::vector{closed(4, 10)}) == std::nullopt);
  CHECK(knee(std::vector{closed(1, {}), closed(2, {})}) == std::nullopt);
  CHECK(knee(std::vector{closed(1, 10), open(2, 10)}) == std::nullopt);
  CHECK(knee(std::vector{open(1, 1), open({}, 1)}) == std::nullopt);
}

}  // namespace knee_test
