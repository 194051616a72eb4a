#include <array>
#include <ostream>
#include <string>

#include "llmload/result.hpp"
#include "text/number.hpp"

namespace llmload {
namespace {

using text::rounded;

/// What a stage's or a run's reasons are called, with a blank between two.
std::string codes(const std::vector<InvalidReason>& reasons) {
  std::string codes;
  for (const InvalidReason& reason : reasons) codes += (codes.empty() ? "" : " ") + reason.code;
  return codes;
}

}  // namespace

std::string_view to_string(Finish finish) noexcept {
  static constexpr std::array<std::string_view, 5> names = {"none", "good", "filtered", "failed", "unknown"};
  return names[static_cast<std::size_t>(finish)];
}

std::string_view to_string(TextKind kind) noexcept {
  static constexpr std::array<std::string_view, 3> names = {"content", "reasoning", "tool"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(RunStatus status) noexcept {
  static constexpr std::array<std::string_view, 5> names = {"done", "interrupted", "outputs_lost", "invalid",
                                                            "limit_not_met"};
  return names[static_cast<std::size_t>(status)];
}

std::ostream& operator<<(std::ostream& out, Outcome outcome) { return out << to_string(outcome); }
std::ostream& operator<<(std::ostream& out, Finish finish) { return out << to_string(finish); }
std::ostream& operator<<(std::ostream& out, TimeSource source) { return out << to_string(source); }
std::ostream& operator<<(std::ostream& out, TextKind kind) { return out << to_string(kind); }
std::ostream& operator<<(std::ostream& out, RunStatus status) { return out << to_string(status); }

std::ostream& operator<<(std::ostream& out, const RequestRecord& record) {
  out << "request " << record.index << ": " << record.outcome;
  if (record.http_status != 0) out << ", HTTP " << record.http_status;
  return out;
}

std::ostream& operator<<(std::ostream& out, const Distribution& d) {
  return out << d.count << " samples: mean " << rounded(d.mean) << ", sd " << rounded(d.sd) << ", min "
             << rounded(d.min) << ", p50 " << rounded(d.p50) << ", p90 " << rounded(d.p90) << ", p95 "
             << rounded(d.p95) << ", p99 " << rounded(d.p99) << ", p99.9 " << rounded(d.p999) << ", max "
             << rounded(d.max);
}

std::ostream& operator<<(std::ostream& out, const InvalidReason& reason) {
  out << reason.code;
  if (reason.value) out << " (" << rounded(*reason.value);
  if (reason.value && reason.limit) out << ", limit " << rounded(*reason.limit);
  if (reason.value) out << ')';
  return out << ": " << reason.text;
}

std::ostream& operator<<(std::ostream& out, const Summary& s) {
  out << describe(s.stage) << ": " << s.ok << " of " << s.begun << " ok";
  if (s.e2e_ms())
    out << ", E2E p50 " << rounded(s.e2e_ms()->p50) << " ms, p99 " << rounded(s.e2e_ms()->p99) << " ms";
  if (s.ttft_ms())
    out << ", TTFT p50 " << rounded(s.ttft_ms()->p50) << " ms, p99 " << rounded(s.ttft_ms()->p99) << " ms";
  if (!s.valid) out << "; not valid: " << codes(s.invalid_reasons);
  return out;
}

std::ostream& operator<<(std::ostream& out, const LostOutput& lost) { return out << lost.text(); }

std::ostream& operator<<(std::ostream& out, const RunResult& result) {
  out << result.status() << ", " << result.stages.size()
      << (result.stages.size() == 1 ? " stage" : " stages");
  for (const InvalidReason& reason : result.reasons()) out << '\n' << reason;
  return out;
}

}  // namespace llmload
