#pragma once

#include <llmload/export.hpp>
#include <llmload/sink.hpp>
#include <string>
#include <vector>

namespace llmload {

/// What a records file says of its run.
struct ReplayResult {
  RunResult result;  ///< as run() returned it; `errors` also has what was lost here
  /// What the file does not have, one line each; empty: it is whole. A run that was killed leaves a file
  /// without its end: its last stage, if the file ends within it, is reported as interrupted, with the
  /// requests at hand.
  std::vector<std::string> missing;
};

/// Reads a records.jsonl (docs/records.md), makes the numbers again, and calls `sink` as the run did:
/// CsvSink, TableSink and JsonSink write the same bytes. The header that on_start gets has no URLs.
/// Memory: a line, and 104 bytes or less a request of the stage at hand, of a million at most. Errors: throws
/// InputError, with the line's number, where the file can't be read, is no records file, ends within its
/// first line, or has a line that is broken, out of place or of a type that this version does not know; or
/// where `sink` is in a run that has not ended. What the sink throws is in `errors`, as in a run. Threads:
/// the caller's alone.
[[nodiscard]] LLMLOAD_EXPORT ReplayResult replay_records(const std::string& path, Sink& sink);

}  // namespace llmload
