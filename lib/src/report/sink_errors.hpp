#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "llmload/sink.hpp"

namespace llmload::report {

/// What several sinks threw at one call: a tee's.
class LostOutputs : public std::runtime_error {
 public:
  struct Lost {
    const Sink* sink;
    LostOutput output;
  };
  explicit LostOutputs(std::vector<Lost> all);
  [[nodiscard]] const std::vector<Lost>& all() const { return all_; }

 private:
  std::vector<Lost> all_;
};

/// Its name(); another where that throws.
std::string name_of(const Sink& sink);

/// What `sink` throws from `call`; empty: nothing. Nothing is thrown, whatever the type.
template <class Call>
std::vector<LostOutputs::Lost> lost_at(const Sink& sink, Call call) {
  try {
    call();
    return {};
  } catch (const LostOutputs& lost) {
    return lost.all();
  } catch (const std::exception& e) {
    return {{&sink, {name_of(sink), e.what(), 0, std::current_exception()}}};
  } catch (...) {
    return {{&sink, {name_of(sink), "threw what is no std::exception", 0, std::current_exception()}}};
  }
}

/// The failures of a run's sinks in its RunResult::errors: one entry a sink, however often it throws. Used by
/// one thread at a time.
class SinkErrors {
 public:
  /// Calls a sink. What it throws is a lost output, and nothing else.
  template <class Call>
  void tell(RunResult& result, const Sink& sink, Call call) {
    for (const LostOutputs::Lost& lost : lost_at(sink, std::move(call))) note(result, lost);
  }

 private:
  void note(RunResult& result, const LostOutputs::Lost& lost);

  std::vector<LostOutputs::Lost> told_;  // as they are in the result's errors
};

/// Adds what was lost to `result`, once.
void note_lost(RunResult& result, const LostOutput& lost);

}  // namespace llmload::report
