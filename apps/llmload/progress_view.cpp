#include "progress_view.hpp"

#include <unistd.h>

#include <iostream>
#include <llmload/printable.hpp>
#include <string>
#include <vector>

#include "progress_lines.hpp"
#include "terminal.hpp"

namespace llmload::cli {
namespace {

constexpr std::chrono::seconds plain_interval{10};

/// To the first of so many lines, the cursor being behind the last; what is there goes.
std::string erased(std::size_t lines) {
  std::string codes;
  for (std::size_t i = 0; i < lines; ++i) codes += i == 0 ? "\r\033[K" : "\033[A\033[K";
  return codes;
}

}  // namespace

ProgressView::ProgressView(std::atomic<bool>* spoken)
    : terminal_(can_draw_over(STDERR_FILENO)), spoken_(spoken) {}

void ProgressView::heed_others() {
  if (spoken_ != nullptr && spoken_->exchange(false)) drawn_ = 0;
}

std::optional<std::chrono::nanoseconds> ProgressView::snapshots() const {
  return terminal_ ? std::optional<std::chrono::nanoseconds>(std::chrono::seconds(1)) : std::nullopt;
}

void ProgressView::show(const Progress& progress) {
  if (terminal_) return draw(progress);
  const auto now = std::chrono::steady_clock::now();
  const std::pair place(progress.waiting, progress.stage);
  if (place == last_place_ && now - last_line_ < plain_interval) return;
  last_place_ = place;
  last_line_ = now;
  std::cerr << printable(progress_line(progress)) << std::endl;
}

/// At once: a terminal that shows half of it flickers.
void ProgressView::draw(const Progress& progress) {
  heed_others();
  std::string text = erased(drawn_);
  const std::vector<std::string> lines = progress_lines(progress, style_of(STDERR_FILENO));
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : "\n") + lines[i];
  std::cerr << text << std::flush;
  drawn_ = lines.size();
}

void ProgressView::clear() {
  heed_others();
  if (drawn_ > 0) std::cerr << erased(drawn_) << std::flush;
  drawn_ = 0;
}

}  // namespace llmload::cli
