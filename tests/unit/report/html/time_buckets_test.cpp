#include "report/html/time_buckets.hpp"

#include <boost/json/array.hpp>
#include <numeric>

#include "support/catch.hpp"
#include "unit/report/sample_records.hpp"

namespace time_buckets_test {

using namespace llmload;
using namespace std::chrono_literals;
using report::TimeBuckets;
namespace json = boost::json;

RequestRecord from_until(std::chrono::nanoseconds from, std::chrono::nanoseconds until) {
  RequestRecord r = report_test::answered(0, 0, 4);
  r.dispatched = from;
  r.done = r.ended = until;
  return r;
}

std::vector<double> values(const TimeBuckets& buckets, const char* name) {
  std::vector<double> list;
  const json::object object = buckets.to_json();
  for (const json::value& value : object.at(name).as_array()) list.push_back(value.to_number<double>());
  return list;
}

double sum(const std::vector<double>& list) { return std::accumulate(list.begin(), list.end(), 0.0); }

TEST_CASE("a request is in flight for the part of each tenth of a second in which it is") {
  TimeBuckets buckets;
  buckets.add(from_until(50ms, 325ms), 4);
  CHECK(values(buckets, "in_flight") == std::vector<double>{0.05, 0.1, 0.1, 0.025});
  CHECK(values(buckets, "ok") == std::vector<double>{0, 0, 0, 1});
  CHECK(values(buckets, "tokens") == std::vector<double>{0, 0, 0, 4});
  CHECK(values(buckets, "queued") == std::vector<double>{0, 0, 0, 0});
  CHECK(buckets.to_json().at("length_ms") == 325.0);
}

TEST_CASE("a request that is due waits until a session takes it") {
  TimeBuckets buckets;
  RequestRecord r = from_until(150ms, 190ms);
  r.scheduled = 50ms;
  buckets.add(r, 4);
  CHECK(values(buckets, "queued") == std::vector<double>{0.05, 0.05});
  CHECK(values(buckets, "in_flight") == std::vector<double>{0, 0.04});
}

TEST_CASE("a stream's tokens are where its events are") {
  TimeBuckets buckets;
  RequestRecord r = from_until(0ms, 250ms);
  r.events = {{50ms, 1, 0, TextKind::content, false},
              {150ms, 2, 0, TextKind::content, false},
              {160ms, 3, 0, TextKind::content, false},
              {240ms, 4, 0, TextKind::content, false}};
  buckets.add(r, 8);
  CHECK(values(buckets, "tokens") == std::vector<double>{2, 4, 2});
  SECTION("and as many as the tokenizer counted there") {
    for (std::size_t i = 0; i < 4; ++i) r.events[i].tokens = i == 0 ? 5 : 1;
    r.output_tokens = 8;
    TimeBuckets counted;
    counted.add(r, 8);
    CHECK(values(counted, "tokens") == std::vector<double>{5, 2, 1});
  }
}

TEST_CASE("a failed request brings no tokens, and is counted apart") {
  TimeBuckets buckets;
  RequestRecord r = from_until(0ms, 10ms);
  r.outcome = Outcome::reset;
  r.done.reset();
  buckets.add(r, 4);
  CHECK(values(buckets, "failed") == std::vector<double>{1});
  CHECK(values(buckets, "ok") == std::vector<double>{0});
  CHECK(values(buckets, "tokens") == std::vector<double>{0});
}

TEST_CASE("a long stage has wider pieces, and nothing of what was in the narrower ones is lost") {
  TimeBuckets buckets;
  for (int i = 0; i < 1'000; ++i) buckets.add(from_until(i * 100ms, i * 100ms + 50ms), 3);
  CHECK(buckets.to_json().at("width_ms") == 1'000);
  CHECK(values(buckets, "ok").size() == 100);
  CHECK(sum(values(buckets, "ok")) == 1'000);
  CHECK(sum(values(buckets, "tokens")) == 3'000);
  CHECK(values(buckets, "in_flight").at(50) == Approx(0.5));
}

TEST_CASE("times before the stage and far behind it have a place, too") {
  TimeBuckets buckets;
  buckets.add(report_test::full_record(), 16);
  CHECK(values(buckets, "ok").size() <= 240);
  CHECK(sum(values(buckets, "ok")) == 1);
}

}  // namespace time_buckets_test
