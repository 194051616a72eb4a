#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "llmload/request_record.hpp"

namespace llmload::report {

/// What goes on in a stage over its time: at most 240 pieces of 0.1 s, 0.2 s, 1 s, 2 s, 10 s, 20 s ... each.
/// Requests outside the measured window are in it, too.
class TimeBuckets {
 public:
  /// `output_tokens`: of a request that is ok, where they are known.
  void add(const RequestRecord& record, std::optional<std::uint64_t> output_tokens);
  /// `width_ms`, `length_ms` (up to the last that is in it), and a list each: `ok` and `failed` (requests
  /// that ended), `tokens` (that arrived), `in_flight` and `queued` (seconds, of all requests together).
  [[nodiscard]] boost::json::object to_json() const;

 private:
  struct Bucket {
    std::uint64_t ok = 0, failed = 0;
    double tokens = 0;
    double in_flight = 0, queued = 0;  // seconds
  };

  Bucket& at(std::chrono::nanoseconds time);
  void widen();
  void add_tokens(const RequestRecord& record, double tokens);
  void cover(double Bucket::*what, const Stamp& from, const Stamp& until);

  std::vector<Bucket> buckets_;
  std::chrono::nanoseconds width_ = std::chrono::milliseconds(100), length_{0};
  bool twofold_ = true;  // the next width is twice this one, else five times
};

}  // namespace llmload::report
