#pragma once

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
    std::string what;  ///< with the sink's name
  };
  explicit LostOutputs(std::vector<Lost> all);
  [[nodiscard]] const std::vector<Lost>& all() const { return all_; }

 private:
  std::vector<Lost> all_;
};

/// `reason` with the sink's name before it, if it does not begin with that.
std::string with_name(const Sink& sink, const std::string& reason);

/// What `sink` throws from `call`, each with its name; empty: nothing. Nothing is thrown, whatever the type.
template <class Call>
std::vector<LostOutputs::Lost> lost_at(const Sink& sink, Call call) {
  try {
    call();
    return {};
  } catch (const LostOutputs& lost) {
    return lost.all();
  } catch (const std::exception& e) {
    return {{&sink, with_name(sink, e.what())}};
  } catch (...) {
    return {{&sink, with_name(sink, "threw what is no std::exception")}};
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
  struct Told {
    const Sink* sink;
    std::string first;  // what it threw
    std::string entry;  // in the result's errors
    std::size_t more = 0;
  };
  void note(RunResult& result, const LostOutputs::Lost& lost);

  std::vector<Told> told_;
};

/// Adds `what` was lost to `result`, once.
void note_lost(RunResult& result, const std::string& what);

}  // namespace llmload::report
