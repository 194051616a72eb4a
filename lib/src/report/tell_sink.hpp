#pragma once

#include <algorithm>
#include <exception>
#include <string>

#include "llmload/sink.hpp"

namespace llmload::report {

/// Adds an output's failure to `result`, once: a broken output fails at each stage.
inline void note_lost(RunResult& result, const std::string& what) {
  const bool known = std::ranges::find(result.errors, what) != result.errors.end();
  if (!known) result.errors.push_back(what);
}

/// Calls a sink. What it throws is a lost output, and nothing else.
template <class Call>
void tell_sink(RunResult& result, Call call) {
  try {
    call();
  } catch (const std::exception& e) {
    note_lost(result, e.what());
  } catch (...) {
    note_lost(result, "a sink threw something unknown");
  }
}

}  // namespace llmload::report
