#include "progress_line.hpp"

#include <unistd.h>

#include <cmath>
#include <iostream>
#include <llmload/printable.hpp>
#include <string>

namespace llmload::cli {
namespace {

constexpr std::chrono::seconds plain_interval{10};

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

std::string seconds_left(const Progress& p) {
  const double elapsed = seconds(p.elapsed);
  double left = -1;
  const std::uint64_t ended = p.conversations.value_or(p.done);
  if (p.current.requests && ended > 0) {
    left = elapsed / static_cast<double>(ended) * static_cast<double>(*p.current.requests - ended);
  }
  if (p.current.duration) {
    const auto lasts = p.current.warmup + *p.current.duration + p.current.cooldown;
    const double until_time = std::max(0.0, seconds(lasts - p.elapsed));
    if (p.conversations && until_time == 0) return ", until the window's have ended";
    left = left < 0 ? until_time : std::min(left, until_time);
  }
  return left < 0 ? "" : ", about " + std::to_string(std::lround(left)) + " s left";
}

std::string line(const Progress& p) {
  if (p.waiting)
    return "waiting until the endpoint answers, " + std::to_string(std::lround(seconds(p.elapsed))) + " s";
  std::string text = "stage " + std::to_string(p.stage + 1) + "/" + std::to_string(p.stages) + ", " +
                     describe(p.current) + ": " + std::to_string(p.conversations.value_or(p.done));
  if (p.current.requests) text += "/" + std::to_string(*p.current.requests);
  text += p.conversations ? " conversations ended, " + std::to_string(p.done) + " requests" : " done";
  const double elapsed = seconds(p.elapsed);
  if (elapsed > 0) text += ", " + std::to_string(std::lround(static_cast<double>(p.done) / elapsed)) + "/s";
  text += ", " + std::to_string(p.failed) + " failed";
  return text + seconds_left(p);
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const Progress& progress) {
  if (terminal_) {
    std::cerr << "\r\033[K" << printable(line(progress)) << std::flush;
    drawn_ = true;
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  const std::pair place(progress.waiting, progress.stage);
  if (place == last_place_ && now - last_line_ < plain_interval) return;
  last_place_ = place;
  last_line_ = now;
  std::cerr << printable(line(progress)) << std::endl;
}

void ProgressLine::clear() {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
  drawn_ = false;
}

}  // namespace llmload::cli
