#include "progress_lines.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <llmload/printable.hpp>
#include <optional>

#include "text/number.hpp"
#include "text/width.hpp"

namespace llmload::cli {
namespace {

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

/// How far a stage is, and how long it will still take, by requests or time, whichever ends it.
struct Way {
  std::optional<double> share, seconds_left;
  bool until_ended = false;  ///< the window is over, and its conversations are not
};

Way way_of(const Progress& p) {
  Way way;
  const double elapsed = seconds(p.elapsed);
  const std::uint64_t ended = p.conversations.value_or(p.done);
  if (p.current.requests) {
    way.share = std::min(1.0, static_cast<double>(ended) / static_cast<double>(*p.current.requests));
    if (ended > 0) way.seconds_left = elapsed / *way.share - elapsed;
  }
  if (p.current.duration) {
    const double lasts = seconds(p.current.warmup + *p.current.duration + p.current.cooldown);
    const double left = std::max(0.0, lasts - elapsed);
    way.until_ended = p.conversations && left == 0;
    way.share = std::max(way.share.value_or(0), std::min(1.0, elapsed / lasts));
    way.seconds_left = std::min(way.seconds_left.value_or(left), left);
  }
  return way;
}

std::string left_of(const Way& way) {
  if (way.until_ended) return ", until the window's have ended";
  if (!way.seconds_left) return "";
  return ", about " + std::to_string(std::lround(*way.seconds_left)) + " s left";
}

std::string place_of(const Progress& p) {
  return "stage " + std::to_string(p.stage + 1) + (p.stages > 0 ? '/' + std::to_string(p.stages) : "") +
         ", " + describe(p.current);
}

std::string waiting_line(const Progress& p) {
  return "waiting until the endpoint answers, " + std::to_string(std::lround(seconds(p.elapsed))) + " s";
}

std::string bar_of(double share, const TerminalStyle& style) {
  constexpr std::size_t length = 20;
  const auto done = static_cast<std::size_t>(share * length);
  std::string bar;
  for (std::size_t i = 0; i < length; ++i)
    bar += i < done ? (style.utf8 ? "\u2588" : "#") : (style.utf8 ? "\u2591" : "-");
  return bar + ' ' + std::to_string(static_cast<int>(100 * share)) + " %";
}

std::string times_of(const char* name, const std::optional<Distribution>& d) {
  if (!d) return "";
  return std::string(name) + " p50 " + text::brief(d->p50) + " p99 " + text::brief(d->p99) + " ms";
}

void add(std::string& to, const std::string& text) {
  if (!text.empty()) to += (to.empty() ? "" : ", ") + text;
}

/// "12/s, 8 in flight, 300 done, 3 failed: 2 http_5xx, 1 reset".
std::string counts_of(const Progress& p) {
  std::string line;
  const double elapsed = seconds(p.elapsed);
  if (p.done > 0 && elapsed > 0) add(line, text::brief(static_cast<double>(p.done) / elapsed) + "/s");
  if (p.so_far && p.so_far->output_tokens_per_second)
    add(line, text::brief(*p.so_far->output_tokens_per_second) + " tokens/s");
  add(line, std::to_string(p.in_flight) + " in flight");
  add(line, std::to_string(p.done) + " done");
  if (p.conversations) add(line, std::to_string(*p.conversations) + " conversations ended");
  if (p.cost) add(line, "cost " + text::cost(*p.cost));
  add(line, std::to_string(p.failed) + " failed");
  if (!p.so_far || p.so_far->failed == 0) return line;
  std::string kinds;
  for (std::size_t i = 1; i < outcome_count; ++i) {  // 0 is ok
    const std::uint64_t count = p.so_far->by_outcome[i];
    if (count > 0) add(kinds, std::to_string(count) + ' ' + std::string(to_string(static_cast<Outcome>(i))));
  }
  return line + ": " + kinds;
}

std::string times_of(const Summary& s) {
  std::string line;
  add(line, times_of("TTFT", s.ttft_ms()));
  add(line, times_of("E2E", s.e2e_ms()));
  if (s.own_error.dispatch_lag_ms)
    add(line, "sent " + text::brief(s.own_error.dispatch_lag_ms->p99) + " ms late");
  return line;
}

std::string limits_of(const Summary& s) {
  if (s.rate_limits.empty()) return "";
  const RateLimitPoint& last = s.rate_limits.back();
  std::string line;
  if (last.remaining_requests) add(line, std::to_string(*last.remaining_requests) + " requests");
  if (last.remaining_tokens) add(line, std::to_string(*last.remaining_tokens) + " tokens");
  if (!line.empty()) line = "the server has room for " + line;
  if (last.utilization)
    add(line, std::to_string(std::lround(100 * *last.utilization)) + " % of its limit is used");
  return line;
}

}  // namespace

std::string progress_line(const Progress& p) {
  if (p.waiting) return waiting_line(p);
  std::string text = place_of(p) + ": " + std::to_string(p.conversations.value_or(p.done));
  if (p.current.requests) text += "/" + std::to_string(*p.current.requests);
  text += p.conversations ? " conversations ended, " + std::to_string(p.done) + " requests" : " done";
  const double elapsed = seconds(p.elapsed);
  if (elapsed > 0) text += ", " + std::to_string(std::lround(static_cast<double>(p.done) / elapsed)) + "/s";
  text += ", " + std::to_string(p.failed) + " failed";
  return text + left_of(way_of(p));
}

std::vector<std::string> progress_lines(const Progress& p, const TerminalStyle& style) {
  std::vector<std::string> lines;
  const auto show = [&](const std::string& line) {
    if (!line.empty())
      lines.push_back(text::cut_to(printable(line), style.width - 1, style.utf8 ? "\u2026" : "~"));
  };
  if (p.waiting) {
    show(waiting_line(p));
    return lines;
  }
  const Way way = way_of(p);
  const bool warms_up = p.done == 0 && seconds(p.current.warmup) > seconds(p.elapsed);
  show(place_of(p) + (warms_up ? ", warming up" : "") + (way.share ? "  " + bar_of(*way.share, style) : "") +
       left_of(way));
  show("  " + counts_of(p));
  if (!p.so_far) return lines;
  if (const std::string times = times_of(*p.so_far); !times.empty()) show("  so far " + times);
  if (const std::string limits = limits_of(*p.so_far); !limits.empty()) show("  " + limits);
  return lines;
}

}  // namespace llmload::cli
