#include "metrics/server/server_fold.hpp"

#include "support/catch.hpp"

namespace server_fold_test {

using namespace llmload;
using metrics::ServerFold;
using metrics::ServerReading;
using metrics::ServerValue;

ServerReading reading(double running, double queries, double hits) {
  ServerReading r;
  r[ServerValue::running] = running;
  r[ServerValue::prefix_queries] = queries;
  r[ServerValue::prefix_hits] = hits;
  return r;
}

TEST_CASE("levels are of the looks during the stage, and counts what grew from its start to its end") {
  ServerFold fold;
  fold.begin(reading(90, 1000, 800));
  fold.add(reading(2, 1010, 802));
  fold.add(reading(5, 1030, 810));
  const auto server = fold.end(reading(0, 1040, 810));
  REQUIRE(server);
  CHECK(server->scrapes == 4);
  CHECK(server->failed == 0);
  CHECK(server->running == ServerLevel{3.5, 5});
  CHECK(server->prefix_queries == 40);
  CHECK(server->prefix_hits == 10);
  CHECK(server->prefix_hit_share == 0.25);
  CHECK_FALSE(server->queued);
  CHECK_FALSE(server->preemptions);
}

TEST_CASE(
    "a count is empty where a look at either end is missing, never what it was since the server's start") {
  ServerFold fold;
  fold.begin(std::nullopt);
  fold.add(reading(2, 1010, 802));
  auto server = fold.end(reading(0, 1040, 810));
  REQUIRE(server);
  CHECK(server->failed == 1);
  CHECK(server->running == ServerLevel{2, 2});
  CHECK_FALSE(server->prefix_queries);
  CHECK_FALSE(server->prefix_hit_share);
  fold.begin(reading(0, 1000, 800));
  fold.add(reading(2, 1010, 802));
  server = fold.end(std::nullopt);
  REQUIRE(server);
  CHECK_FALSE(server->prefix_queries);
  fold.begin(ServerReading());
  server = fold.end(reading(0, 1040, 810));
  REQUIRE(server);
  CHECK_FALSE(server->prefix_queries);
}

TEST_CASE("a count that went down is empty, also where it is higher again at the end") {
  ServerFold fold;
  fold.begin(reading(0, 1000, 0));
  fold.add(std::nullopt);
  fold.add(reading(1, 10, 0));
  const auto server = fold.end(reading(0, 2000, 5));
  REQUIRE(server);
  CHECK_FALSE(server->prefix_queries);
  CHECK(server->prefix_hits == 5);
  CHECK_FALSE(server->prefix_hit_share);
}

TEST_CASE("a share that the server says itself stands in for the counts") {
  ServerFold fold;
  fold.begin({});
  ServerReading said;
  said[ServerValue::prefix_share] = 0.5;
  fold.add(said);
  said[ServerValue::prefix_share] = 1;
  fold.add(said);
  const auto server = fold.end(said);
  REQUIRE(server);
  CHECK(server->prefix_hit_share == 0.75);
}

TEST_CASE("where no look found anything there is nothing") {
  ServerFold fold;
  fold.begin({});
  fold.add({});
  CHECK_FALSE(fold.end({}));
}

TEST_CASE("a second stage has nothing of the first") {
  ServerFold fold;
  fold.begin(reading(0, 1000, 0));
  fold.add(reading(9, 10, 0));
  (void)fold.end(reading(0, 2000, 5));
  fold.begin(reading(0, 2000, 5));
  const auto server = fold.end(reading(0, 2001, 5));
  REQUIRE(server);
  CHECK(server->scrapes == 2);
  CHECK(server->prefix_queries == 1);
  CHECK_FALSE(server->running);
}

TEST_CASE("levels are whole millionths, which a records file gives back as they were") {
  ServerFold fold;
  fold.begin({});
  for (const double running : {1, 0, 0}) fold.add(reading(running, 0, 0));
  const auto server = fold.end({});
  REQUIRE(server);
  CHECK(server->running->mean == 333'333 / 1e6);
}

}  // namespace server_fold_test
