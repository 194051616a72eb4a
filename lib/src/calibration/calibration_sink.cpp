#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "calibration/truth.hpp"
#include "llmload/calibration.hpp"
#include "metrics/stores/percentile.hpp"

namespace llmload {

using std::chrono::nanoseconds;
using Time = calibration::Truth::Time;

/// What a record says about time.
struct CalibrationSink::Request {
  std::string id;
  Stamp sent, done;
  std::vector<nanoseconds> arrivals;  // of token events
  std::vector<bool> merged;
};

struct CalibrationSink::Stage {
  Time started_at;
  std::vector<Request> requests;
};

namespace {

using calibration::Truth;

/// Differences, of which the absolute values are the errors.
class Errors {
 public:
  void add_ns(double difference) { values_.push_back(std::abs(difference) / 1e6); }
  void add(nanoseconds difference) { add_ns(static_cast<double>(difference.count())); }
  [[nodiscard]] std::optional<ErrorSpread> spread() const {
    if (values_.empty()) return std::nullopt;
    const Distribution d = metrics::distribution(values_);
    return ErrorSpread{d.count, d.p50, d.p99, d.max};
  }

 private:
  std::vector<double> values_;
};

struct Comparison {
  Errors sent, first_token, event_gap, tpot, e2e, service_e2e, service_ttft, lateness;

  /// Events that the two have in common are those with tokens, one for one.
  void add_events(const std::vector<nanoseconds>& arrivals, const std::vector<bool>& merged, Time start,
                  const std::vector<Truth::Event>& truth) {
    for (const auto& event : truth) {
      if (event.due) lateness.add(std::max(event.sent - *event.due, nanoseconds(0)));
    }
    if (arrivals.empty()) return;
    first_token.add(start + arrivals.front() - truth.front().sent);
    for (std::size_t i = 1; i < arrivals.size(); ++i) {
      const bool known = !merged[i] && !(i + 1 < merged.size() && merged[i + 1]);
      if (known) event_gap.add(arrivals[i] - arrivals[i - 1] - (truth[i].sent - truth[i - 1].sent));
    }
    std::uint64_t tokens = 0;
    for (const auto& event : truth) tokens += event.tokens;
    if (tokens < 2) return;
    const nanoseconds ours = arrivals.back() - arrivals.front();
    const nanoseconds difference = ours - (truth.back().sent - truth.front().sent);
    tpot.add_ns(static_cast<double>(difference.count()) / static_cast<double>(tokens - 1));
  }
};

double whole_ns(double ms) { return std::round(ms * 1e6) / 1e6; }

std::optional<double> p99(const std::optional<ErrorSpread>& error) {
  return error ? std::optional(whole_ns(error->p99)) : std::nullopt;
}

}  // namespace

OwnErrorP99 own_error_p99(const StageErrors& errors) {
  return {p99(errors.e2e),       p99(errors.first_token), p99(errors.tpot),
          p99(errors.event_gap), p99(errors.service_e2e), p99(errors.service_ttft)};
}

CalibrationSink::CalibrationSink() : current_(std::make_unique<Stage>()) {}
CalibrationSink::~CalibrationSink() = default;

void CalibrationSink::on_start(const RunHeader& /*header*/) {
  stages_.clear();
  *current_ = {};
}

void CalibrationSink::on_record(const RequestRecord& record) {
  if (record.outcome != Outcome::ok || !record.measured) return;
  Request& request = current_->requests.emplace_back();
  request.id = record.request_id;
  request.sent = record.sent;
  request.done = record.done;
  for (const TokenEvent& event : record.events) {
    request.arrivals.push_back(event.at);
    request.merged.push_back(event.merged);
  }
}

void CalibrationSink::on_stage(const Summary& summary) {
  current_->started_at = summary.started_at;
  stages_.push_back(std::exchange(*current_, {}));
}

std::vector<StageErrors> CalibrationSink::compare(const std::string& truth_file) const {
  const auto truth = calibration::read_truth(truth_file);
  std::vector<StageErrors> all;
  for (const Stage& stage : stages_) {
    StageErrors& errors = all.emplace_back();
    Comparison comparison;
    for (const Request& request : stage.requests) {
      ++errors.compared;
      const auto found = truth.find(request.id);
      if (found == truth.end() || found->second.events.size() != request.arrivals.size()) {
        ++errors.missing;
        continue;
      }
      const Truth& theirs = found->second;
      if (request.sent) comparison.sent.add(stage.started_at + *request.sent - theirs.received);
      if (request.done) comparison.e2e.add(stage.started_at + *request.done - theirs.done);
      if (theirs.due) comparison.lateness.add(std::max(theirs.done - *theirs.due, nanoseconds(0)));
      if (request.sent && request.done)
        comparison.service_e2e.add(*request.done - *request.sent - (theirs.done - theirs.received));
      if (request.sent && !request.arrivals.empty()) {
        comparison.service_ttft.add(request.arrivals.front() - *request.sent -
                                    (theirs.events.front().sent - theirs.received));
      }
      comparison.add_events(request.arrivals, request.merged, stage.started_at, theirs.events);
    }
    errors.sent = comparison.sent.spread();
    errors.first_token = comparison.first_token.spread();
    errors.event_gap = comparison.event_gap.spread();
    errors.tpot = comparison.tpot.spread();
    errors.e2e = comparison.e2e.spread();
    errors.service_e2e = comparison.service_e2e.spread();
    errors.service_ttft = comparison.service_ttft.spread();
    errors.endpoint_lateness = comparison.lateness.spread();
  }
  return all;
}

}  // namespace llmload
