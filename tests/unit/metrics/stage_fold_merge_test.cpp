#include <algorithm>
#include <cmath>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "metrics/record_check.hpp"
#include "metrics/stage_fold.hpp"
#include "support/catch.hpp"

namespace stage_fold_merge_test {

using namespace llmload;
using metrics::StageFold;
using metrics::SummarySettings;

using std::chrono::nanoseconds;

constexpr nanoseconds ms = std::chrono::milliseconds(1);

/// Records with something of everything that a fold looks at.
class SomeRecords {
 public:
  explicit SomeRecords(std::uint64_t seed) : random_(seed) {}

  std::vector<RequestRecord> make(std::size_t count) {
    std::vector<RequestRecord> records;
    for (std::size_t i = 0; i < count; ++i) records.push_back(one());
    return records;
  }
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::int64_t number_below(std::int64_t limit) { return static_cast<std::int64_t>(random_()) & (limit - 1); }
  nanoseconds time_below(std::int64_t limit) { return nanoseconds(number_below(limit)); }
  std::mt19937_64& random() { return random_; }

 private:
  RequestRecord one() {
    RequestRecord r;
    r.shard = static_cast<unsigned>(below(3));
    r.endpoint = static_cast<unsigned>(below(3));
    r.measured = below(10) > 0;
    r.max_tokens = 8;
    r.scheduled = time_below(1 << 30);
    r.admitted = r.dispatched = *r.scheduled + time_below(1 << 22);
    r.sent = *r.admitted + time_below(1 << 18);
    if (below(4) == 0) {
      r.opening = r.resolved = *r.dispatched;
      r.tcp_connected = *r.dispatched + time_below(1 << 16);
    }
    r.connection_reused = !r.opening;
    r.attempts = 1 + static_cast<unsigned>(below(8) / 7);
    r.retry_wait = r.attempts > 1 ? 5 * ms : 0 * ms;
    r.reconnects = static_cast<unsigned>(below(2));
    r.time_source = below(5) == 0 ? TimeSource::user : TimeSource::kernel;
    if (below(3) == 0) r.limits = {{.at = *r.sent, .remaining_requests = number_below(64)}};
    if (below(5) == 0)
      fail(r);
    else
      answer(r);
    return r;
  }

  void fail(RequestRecord& r) {
    r.outcome = below(2) == 0 ? Outcome::rate_limited : Outcome::reset;
    r.http_status = r.outcome == Outcome::rate_limited ? 429 : 0;
    r.error = "error " + std::to_string(below(3));
    r.ended = *r.sent + time_below(1 << 28);
  }

  void answer(RequestRecord& r) {
    r.outcome = Outcome::ok;
    r.finish_reason = below(3) == 0 ? "length" : "stop";
    r.streamed = below(6) > 0;
    nanoseconds at = *r.sent + ms + time_below(1 << 26);
    r.first_byte = at;
    r.output_tokens = 0;
    for (std::size_t left = r.streamed ? below(7) : 0; left > 0; --left) add_event(r, at);
    if (!r.events.empty()) {
      r.first_token = r.events.front().at;
      r.last_token = r.events.back().at;
    }
    if (!r.streamed) r.output_tokens = below(20);
    r.usage_completion_tokens = *r.output_tokens + below(2);
    r.prompt_tokens = 10 + below(5);
    r.usage_prompt_tokens = *r.prompt_tokens + 3 + below(3);
    if (below(2) == 0) r.usage_cached_tokens = below(5);
    if (below(2) == 0) r.shared_tokens = below(5);
    r.done = r.ended = at + time_below(1 << 20);
  }

  /// Later than `at`, which it sets to its time, or together with the one before.
  void add_event(RequestRecord& r, nanoseconds& at) {
    const nanoseconds before = at;
    const bool merged = !r.events.empty() && below(4) == 0;
    if (!merged) at += nanoseconds(1) + time_below(1 << 24);
    const auto place = static_cast<std::uint32_t>(r.events.size());
    if (!merged && below(4) == 0)
      r.bounds.push_back({.first = place, .count = 1, .earliest = before + (at - before) / 2});
    r.events.push_back({.at = at, .tokens = static_cast<std::uint16_t>(below(4)), .merged = merged});
    *r.output_tokens += r.events.back().tokens;
  }

  std::mt19937_64 random_;
};

Stage closed() { return {ClosedLoop{4}, 1'000}; }
Stage calibrated() {
  Stage stage = closed();
  stage.own_error = OwnErrorP99{.e2e_ms = 0.5, .ttft_ms = 0.25};
  return stage;
}
Stage warmed_up() {
  Stage stage = closed();
  stage.warmup_requests = 5;
  return stage;
}
Stage windowed() {
  Stage stage = closed();
  stage.requests.reset();
  stage.warmup = std::chrono::milliseconds(200);
  stage.duration = std::chrono::milliseconds(600);
  return stage;
}

SummarySettings settings() {
  SummarySettings all;
  all.tokenizer = all.stream = true;
  all.goodput.emplace().e2e_ms = 60;
  return all;
}

Summary folded(const std::vector<RequestRecord>& records, const Stage& stage) {
  StageFold fold(settings(), stage, 3);
  for (const RequestRecord& record : records) fold.add(record);
  return fold.summarize({.dropped = 2});
}

/// Sums of doubles depend on their order: takes `of` in place of `s`, where they are nearly the same.
void settle(std::optional<double>& s, const std::optional<double>& of) {
  REQUIRE(s.has_value() == of.has_value());
  if (s && std::abs(*s - *of) <= 1e-12 * std::abs(*of)) s = of;
}

/// Whether the numbers of two are the same: all to the last bit, but for two sums.
bool same(Summary s, const Summary& of) {
  settle(s.output_tokens_per_second, of.output_tokens_per_second);
  settle(s.mean_output_tokens_per_second_per_request, of.mean_output_tokens_per_second_per_request);
  return s == of;
}

TEST_CASE(
    "a stage's records, however they are spread over folds that are merged, give the numbers of one fold") {
  for (const Stage& stage : {closed(), calibrated(), warmed_up(), windowed()}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      SomeRecords some(seed);
      const auto records = some.make(some.below(200));
      for (const RequestRecord& record : records) metrics::require_sound(record);
      const Summary whole = folded(records, stage);
      std::deque<StageFold> folds;
      for (std::size_t left = 1 + some.below(5); left > 0; --left) folds.emplace_back(settings(), stage, 3);
      for (const RequestRecord& record : records) folds[some.below(folds.size())].add(record);
      std::vector<std::size_t> order(folds.size());
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
      std::ranges::shuffle(order, some.random());
      StageFold merged(settings(), stage, 3);
      for (const std::size_t i : order) merged.merge(folds[i]);
      INFO("seed " << seed << ", " << records.size() << " records in " << folds.size() << " folds");
      CHECK(same(merged.summarize({.dropped = 2}), whole));
    }
  }
}

TEST_CASE("a merged fold goes on as one that was given all") {
  const auto records = SomeRecords(21).make(100);
  StageFold first(settings(), closed(), 3), second(settings(), closed(), 3);
  for (std::size_t i = 0; i < 40; ++i) first.add(records[i]);
  for (std::size_t i = 40; i < 70; ++i) second.add(records[i]);
  first.merge(second);
  for (std::size_t i = 70; i < 100; ++i) first.add(records[i]);
  CHECK(same(first.summarize({.dropped = 2}), folded(records, closed())));
}

TEST_CASE("a summary in the middle of a stage changes nothing of the one at its end") {
  const auto records = SomeRecords(22).make(100);
  StageFold fold(settings(), calibrated(), 3);
  std::uint64_t measured = 0;
  for (const RequestRecord& record : records) {
    fold.add(record);
    measured += record.measured ? 1 : 0;
    CHECK(fold.summarize({}).begun == measured);
  }
  CHECK(fold.summarize({.dropped = 2}) == folded(records, calibrated()));
}

TEST_CASE("a stage of several endpoints has the numbers of each, which are those of its records alone") {
  const auto records = SomeRecords(23).make(200);
  const Summary all = folded(records, calibrated());
  REQUIRE(all.groups.size() == 3);
  for (unsigned endpoint = 0; endpoint < 3; ++endpoint) {
    auto its = records;
    std::erase_if(its, [endpoint](const RequestRecord& r) { return r.endpoint != endpoint; });
    const Summary alone = folded(its, calibrated());
    const Group& group = all.groups[endpoint];
    CHECK(group.group == "endpoint");
    CHECK(group.key == std::to_string(endpoint));
    CHECK(group.begun == alone.begun);
    CHECK(group.ok == alone.ok);
    CHECK(group.by_outcome == alone.by_outcome);
    CHECK(group.values == alone.values);
    CHECK(alone.groups.empty());
  }
}

TEST_CASE("beyond 64 endpoints the others are one group") {
  auto records = SomeRecords(24).make(200);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].endpoint = i % 66 == 65 ? 4'000'000'000U : static_cast<unsigned>(i % 66);
    records[i].measured = true;
  }
  const Summary s = folded(records, closed());
  REQUIRE(s.groups.size() == 65);
  CHECK(s.groups[63].key == "63");
  CHECK(s.groups[64].key == "others");
  CHECK(s.groups[64].begun == 6);  // of the endpoints 64 and 65, three rounds each
  std::uint64_t begun = 0;
  for (const Group& group : s.groups) begun += group.begun;
  CHECK(begun == s.begun);
}

}  // namespace stage_fold_merge_test
