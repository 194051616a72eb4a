#include "workload/schedule.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "llmload/error.hpp"
#include "text/number.hpp"
#include "workload/schedule_hash.hpp"

namespace llmload {

std::string describe(const Stage& stage) {
  const OpenLoop* const open = stage.open_loop();
  if (open == nullptr) return std::to_string(*stage.concurrency()) + " concurrent";
  if (open->rate) return text::shortest(*open->rate) + " requests/s";
  return open->arrival.empty() ? "own schedule" : open->arrival;
}

namespace workload {
namespace {

using std::chrono::nanoseconds;

constexpr double most_opened = 1'000;

// A stage's start on the clock and a due time make no more than 64 bits hold.
constexpr nanoseconds latest = std::chrono::years{100};

[[noreturn]] void refuse(const Stage& stage, std::uint64_t request, const std::string& why) {
  throw InputError(describe(stage) + ": request " + std::to_string(request) + ' ' + why);
}

const Pacer& pacer_of(const Stage& stage) {
  const OpenLoop* const open = stage.open_loop();
  if (open == nullptr || open->pacer == nullptr) throw InputError(describe(stage) + ": has no pacer");
  return *open->pacer;
}

/// Of times that are not negative; as much as there can be where that is less.
nanoseconds sum(nanoseconds a, nanoseconds b) {
  return b > nanoseconds::max() - a ? nanoseconds::max() : a + b;
}

/// The due times of a pacer, in order, each checked.
class DueTimes {
 public:
  DueTimes(const Stage& stage, std::optional<std::uint64_t> most)
      : stage_(stage), pacer_(pacer_of(stage)), most_(most) {
    ask();
  }
  [[nodiscard]] bool over() const { return !due_ || index_ == most_; }
  /// Of the next one, also where there are no more than `most`. Empty: the pacer has come to its end.
  [[nodiscard]] const std::optional<nanoseconds>& due() const { return due_; }
  [[nodiscard]] std::uint64_t index() const { return index_; }
  /// Takes the one that is next.
  nanoseconds take() {
    const nanoseconds due = *due_;
    if (due > latest) refuse(stage_, index_, "is due after more than 100 years");
    before_ = due;
    ++index_;
    ask();
    return due;
  }

 private:
  void ask() {
    due_ = pacer_.due(index_);
    if (!due_ && pacer_.due(index_ + 1)) refuse(stage_, index_, "is not due, and the one behind it is");
    if (due_ && *due_ < before_)
      refuse(stage_, index_, "is due before the one ahead of it, or before the stage's start");
    if (due_ && index_ > most_requests) {
      throw InputError(describe(stage_) + ": more than " + std::to_string(most_requests) +
                       " requests; limit the stage by its requests or its duration");
    }
  }

  const Stage& stage_;
  const Pacer& pacer_;
  const std::optional<std::uint64_t> most_;
  std::uint64_t index_ = 0;
  nanoseconds before_{0};
  std::optional<nanoseconds> due_;
};

}  // namespace

std::optional<nanoseconds> Schedule::due_behind(std::uint64_t number) const {
  if (due.size() < 2 || due.front() == due.back()) return std::nullopt;
  const std::uint64_t gaps = due.size() - 1, passed = number + 1;
  const std::uint64_t rounds = passed / gaps, rest = passed % gaps;
  const nanoseconds round = due.back() - due.front();
  const nanoseconds part = rounds % 2 == 0 ? due.back() - due[gaps - rest] : due[rest] - due.front();
  if (rounds > static_cast<std::uint64_t>((latest - due.back()) / round)) return std::nullopt;
  return due.back() + static_cast<nanoseconds::rep>(rounds) * round + part;
}

Schedule lay_out(const Stage& stage, std::optional<std::uint64_t> most) {
  if (!stage.requests && !stage.duration && !most && pacer_of(stage).due(most_requests))
    throw InputError(describe(stage) + ": never ends; limit it by its requests or its duration");
  Schedule s;
  DueTimes times(stage, most);
  std::uint64_t within = 0;  // the first request that is due less than a second before the last one
  const auto pass = [&] {
    s.due.push_back(times.take());
    while (s.due.back() - s.due[within] >= std::chrono::seconds(1)) ++within;
    s.busiest_second = std::max(s.busiest_second, s.due.size() - within);
  };
  while (!times.over() && (times.index() < stage.warmup_requests || *times.due() < stage.warmup)) pass();
  s.measured_from = times.index();
  const bool by_time = stage.warmup_requests == 0 || times.over();
  const nanoseconds opens = by_time ? stage.warmup : std::max(stage.warmup, *times.due());
  const auto in_window = [&] {
    const bool counted = !stage.requests || times.index() - s.measured_from < *stage.requests;
    return counted && (!stage.duration || *times.due() < sum(opens, *stage.duration));
  };
  while (!times.over() && in_window()) pass();
  s.measured_until = times.index();
  s.cut_short = times.over() && times.due() && (stage.requests || stage.duration) && in_window();
  const bool full = stage.requests && s.measured_until - s.measured_from == *stage.requests;
  const nanoseconds last = s.due.empty() ? nanoseconds{0} : s.due.back();
  const nanoseconds closes = !stage.duration || full ? last : sum(opens, *stage.duration);
  if (stage.cooldown.count() != 0) {
    while (!times.over() && *times.due() < sum(closes, stage.cooldown)) pass();
  }
  s.end = times.index();
  return s;
}

Schedule make_schedule(const Stage& stage, std::optional<std::uint64_t> most) {
  const Pacer& pacer = pacer_of(stage);
  Schedule s = lay_out(stage, most);
  if (s.measured_until == s.measured_from) {
    const bool ended = s.end == s.measured_from && (s.end == most || !pacer.due(s.end));
    throw InputError(describe(stage) + ": no request is due " +
                     (ended ? "behind the warm-up" : "in the measured window"));
  }
  ScheduleHash hash;
  for (std::uint64_t i = 0; i < s.end; ++i) {
    if (pacer.due(i) != s.due[i]) refuse(stage, i, "is due at another time when its pacer is asked again");
    hash.add(s.due[i]);
  }
  s.hash = hash.finish();
  return s;
}

unsigned opened_before(const OpenLoop& loop, const Schedule& schedule) {
  if (loop.connections) return *loop.connections;
  const double rate = loop.rate.value_or(static_cast<double>(schedule.busiest_second));
  const auto wanted = static_cast<unsigned>(std::clamp(std::ceil(2 * rate), 1.0, most_opened));
  return std::min(loop.concurrency.value_or(wanted), wanted);
}

}  // namespace workload
}  // namespace llmload
