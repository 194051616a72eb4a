#include "report/html/time_buckets.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>

#include "metrics/record_facts.hpp"

namespace llmload::report {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_buckets = 240;

double to_four_decimals(double value) { return std::round(value * 1e4) / 1e4; }

}  // namespace

void TimeBuckets::widen() {
  const std::size_t factor = twofold_ ? 2 : 5;
  std::vector<Bucket> wider((buckets_.size() + factor - 1) / factor);
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    Bucket& to = wider[i / factor];
    to.ok += buckets_[i].ok;
    to.failed += buckets_[i].failed;
    to.tokens += buckets_[i].tokens;
    to.in_flight += buckets_[i].in_flight;
    to.queued += buckets_[i].queued;
  }
  buckets_ = std::move(wider);
  width_ *= static_cast<std::int64_t>(factor);
  twofold_ = !twofold_;
}

TimeBuckets::Bucket& TimeBuckets::at(std::chrono::nanoseconds time) {
  time = std::max(time, std::chrono::nanoseconds(0));
  length_ = std::max(length_, time);
  while (time / width_ >= most_buckets) widen();
  const auto i = static_cast<std::size_t>(time / width_);
  if (i >= buckets_.size()) buckets_.resize(i + 1);
  return buckets_[i];
}

/// Adds to each piece its time that is between the two.
void TimeBuckets::cover(double Bucket::*what, const Stamp& from, const Stamp& until) {
  if (!from || !until) return;
  const auto begin = std::max(*from, std::chrono::nanoseconds(0));
  if (*until <= begin) return;
  at(*until);
  for (auto i = begin / width_; i * width_ < *until; ++i) {
    const auto inside = std::min(*until, (i + 1) * width_) - std::max(begin, i * width_);
    buckets_[static_cast<std::size_t>(i)].*what += metrics::in_seconds(inside);
  }
}

/// When they arrived, as far as that is known: as in a window's rates (metrics/window.cpp).
void TimeBuckets::add_tokens(const RequestRecord& record, double tokens) {
  double all = 0;
  const auto weight = [&](const TokenEvent& event) { return record.output_tokens ? event.tokens : 1.0; };
  for (const TokenEvent& event : record.events) all += weight(event);
  if (all == 0) {
    at(*record.done).tokens += tokens;
    return;
  }
  for (auto event = record.events.begin(); event != record.events.end();) {
    const std::chrono::nanoseconds when = event->at;
    double together = 0;  // often many have one time
    for (; event != record.events.end() && event->at == when; ++event) together += weight(*event);
    at(when).tokens += tokens * together / all;
  }
}

void TimeBuckets::add(const RequestRecord& record, std::optional<std::uint64_t> output_tokens) {
  const Stamp ended = record.done ? record.done : record.ended;
  if (!ended) return;
  ++(record.outcome == Outcome::ok ? at(*ended).ok : at(*ended).failed);
  cover(&Bucket::queued, record.scheduled, record.dispatched);
  cover(&Bucket::in_flight, record.dispatched, ended);
  if (record.outcome == Outcome::ok && record.done && output_tokens)
    add_tokens(record, static_cast<double>(*output_tokens));
}

json::object TimeBuckets::to_json() const {
  json::array ok, failed, tokens, in_flight, queued;
  for (const Bucket& bucket : buckets_) {
    ok.emplace_back(bucket.ok);
    failed.emplace_back(bucket.failed);
    tokens.emplace_back(to_four_decimals(bucket.tokens));
    in_flight.emplace_back(to_four_decimals(bucket.in_flight));
    queued.emplace_back(to_four_decimals(bucket.queued));
  }
  return {{"width_ms", width_.count() / 1'000'000},
          {"length_ms", metrics::in_ms(length_)},
          {"ok", std::move(ok)},
          {"failed", std::move(failed)},
          {"tokens", std::move(tokens)},
          {"in_flight", std::move(in_flight)},
          {"queued", std::move(queued)}};
}

}  // namespace llmload::report
