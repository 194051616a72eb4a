#include "metrics/stage_end.hpp"

#include <cmath>

#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace stage_end_test {

using namespace llmload;
using namespace llmload::metrics;
using metrics_test::near;

TEST_CASE("lags are kept as whole nanoseconds") {
  Histogram values;
  for (const std::int64_t ns : {1, 2, 2}) values.add(std::chrono::nanoseconds(ns));
  const auto d = in_whole_ns(values);
  REQUIRE(d);
  CHECK(d->count == 3);
  CHECK(d->mean == 2);  // of 1.67
  CHECK(d->min == 1);
  CHECK(d->max == 2);
  CHECK(d->p99 == 2);
  for (const double value : {d->mean, d->sd, d->p50, d->p90, d->p95, d->p99, d->p999})
    CHECK(value == std::round(value));
  CHECK_FALSE(in_whole_ns({}));
}

TEST_CASE("CPU shares are kept as whole millionths of a core") {
  CHECK(in_millionths(0) == 0);
  CHECK(in_millionths(0.1234564) == 123'456);
  CHECK(in_millionths(0.1234566) == 123'457);
  CHECK(in_millionths(1.5) == 1'500'000);  // the kernel's clocks tick apart
}

TEST_CASE("a stage's own error is in ms and shares of one core") {
  StageEnd end;
  end.read_lag = Distribution{7, 20'001, 3, 1, 99'999, 20'000, 40'000, 50'000, 60'000, 70'000};
  end.loop_lag = Distribution{9, 2e6, 0, 0, 0, 0, 0, 0, 0, 0};
  end.prepare_lag = Distribution{9, 3e6, 0, 0, 0, 0, 0, 0, 0, 0};
  end.turnaround = Distribution{9, 4e6, 0, 0, 0, 0, 0, 0, 0, 0};
  end.cpu_shares = {123'456, 0};
  Histogram dispatch;
  dispatch.add(std::chrono::milliseconds(3));
  const OwnError own = own_error(end, dispatch);
  CHECK(near(own.dispatch_lag_ms->p50, 3));
  CHECK(own.read_lag_ms->count == 7);
  CHECK(near(own.read_lag_ms->mean, 0.020001));
  CHECK(near(own.read_lag_ms->sd, 0.000003));
  CHECK(near(own.read_lag_ms->min, 0.000001));
  CHECK(near(own.read_lag_ms->max, 0.099999));
  CHECK(near(own.read_lag_ms->p50, 0.02));
  CHECK(near(own.read_lag_ms->p90, 0.04));
  CHECK(near(own.read_lag_ms->p95, 0.05));
  CHECK(near(own.read_lag_ms->p99, 0.06));
  CHECK(near(own.read_lag_ms->p999, 0.07));
  CHECK(near(own.loop_lag_ms->mean, 2));
  CHECK(near(own.prepare_lag_ms->mean, 3));
  CHECK(near(own.turnaround_ms->mean, 4));
  CHECK(own.cpu_shares == std::vector<double>{0.123456, 0});
}

TEST_CASE("a lag without a sample is empty") {
  const OwnError own = own_error({}, {});
  CHECK_FALSE(own.dispatch_lag_ms);
  CHECK_FALSE(own.read_lag_ms);
  CHECK_FALSE(own.loop_lag_ms);
  CHECK_FALSE(own.prepare_lag_ms);
  CHECK_FALSE(own.turnaround_ms);
  CHECK(own.cpu_shares.empty());
}

}  // namespace stage_end_test
