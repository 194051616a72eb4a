#include "llmload/calibration.hpp"
#include "support/catch.hpp"

namespace trusted_load_test {

using namespace llmload;

CalibratedStage tried(unsigned streams, double cpu_share, bool valid = true) {
  CalibratedStage stage;
  stage.summary.stage.loop = ClosedLoop{streams};
  stage.summary.own_error.cpu_shares = {cpu_share / 2, cpu_share};
  stage.summary.failed = valid ? 0 : 1;
  stage.errors.compared = 100;
  return stage;
}

TEST_CASE("a machine is trusted up to where the busiest shard of the largest valid load would be too busy") {
  const std::vector<CalibratedStage> stages = {tried(1'000, 0.3), tried(100, 0.1)};
  const auto found = trusted_load(stages);
  REQUIRE(found);
  CHECK(found->shown_at == 1'000);
  CHECK(found->cpu_share == 0.3);
  CHECK(found->limit == Approx(3'000));
  CHECK_FALSE(found->not_shown_at);
}

TEST_CASE("a limit has two digits, is not below what was shown, and at most four times that") {
  const auto limit = [](unsigned streams, double cpu_share) {
    return trusted_load(std::vector{tried(streams, cpu_share)})->limit;
  };
  CHECK(limit(1'000, 0.7) == Approx(1'200));
  CHECK(limit(1'234, 0.9) == 1'234);
  CHECK(limit(1'000, 0.95) == 1'000);
  CHECK(limit(1'000, 0) == Approx(4'000));
  CHECK(limit(10, 0.01) == Approx(40));
}

TEST_CASE("what was tried beyond and was not valid is no limit that is passed") {
  const auto with = [](CalibratedStage other) {
    return *trusted_load(std::vector{tried(1'000, 0.3), tried(2'500, 0.9, false), std::move(other)});
  };
  CHECK(with(tried(2'000, 0.9, false)).limit == 1'000);
  CHECK(with(tried(2'000, 0.9, false)).not_shown_at == 2'000);
  CHECK(with(tried(500, 0.9, false)).not_shown_at == 2'500);
  const auto far = trusted_load(std::vector{tried(1'000, 0.3), tried(5'000, 1, false)});
  CHECK(far->limit == Approx(3'000));
  CHECK_FALSE(far->not_shown_at);
}

TEST_CASE("where nothing is valid a machine is not trusted") {
  CHECK_FALSE(trusted_load({}));
  CHECK_FALSE(trusted_load(std::vector{tried(1, 0.1, false)}));
}

TEST_CASE("an open loop's load is its rate") {
  CalibratedStage stage = tried(0, 0.45);
  stage.summary.stage.loop = OpenLoop{.rate = 1'000};
  CHECK(trusted_load(std::vector{stage})->shown_at == 1'000);
  CHECK(trusted_load(std::vector{stage})->limit == Approx(2'000));
}

}  // namespace trusted_load_test
