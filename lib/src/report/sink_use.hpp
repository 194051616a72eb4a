#pragma once

#include <vector>

#include "llmload/sink.hpp"

namespace llmload::report {

/// Keeps a sink, and all of a tee's, for one run while it lives.
class SinkUse {
 public:
  /// Null: nothing. Throws InputError where another run has one of them.
  explicit SinkUse(const Sink* sink);
  ~SinkUse();
  SinkUse(const SinkUse&) = delete;
  SinkUse& operator=(const SinkUse&) = delete;

 private:
  std::vector<const Sink*> sinks_;
};

}  // namespace llmload::report
