#include "protocol/http/sse_parser.hpp"

#include <algorithm>

#include "text/clear.hpp"

namespace llmload::protocol {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Where the line ends: at CR or LF, whichever is first.
std::size_t line_end(std::string_view text, bool has_cr) {
  const std::size_t lf = text.find('\n');
  return has_cr ? std::min(text.substr(0, lf).find('\r'), lf) : lf;
}

}  // namespace

void SseParser::start() {
  input_ = {};
  at_start_ = true;
  skip_lf_ = line_is_kept_ = has_data_ = dispatched_ = too_large_ = false;
  for (std::string* kept : {&line_, &kept_data_, &type_}) text::clear_and_shrink(*kept);
}

void SseParser::put(std::string_view bytes) {
  input_ = bytes;
  has_cr_ =
      bytes.find('\r') != std::string_view::npos;  // almost never: to look for it line by line costs more
}

void SseParser::put_end() { put("\n\n"); }

std::optional<SseEvent> SseParser::next() {
  if (dispatched_) {
    dispatched_ = has_data_ = false;
    type_.clear();
  }
  while (const auto line = next_line()) {
    if (!line->empty()) {
      on_line(*line);
    } else if (has_data_) {
      dispatched_ = true;
      return SseEvent{type_, data_};
    } else {
      type_.clear();
    }
    if (too_large_) return std::nullopt;
  }
  keep_data();
  return std::nullopt;
}

std::optional<std::string_view> SseParser::next_line() {
  if (line_is_kept_) {
    line_is_kept_ = false;
    line_.clear();
  }
  if (skip_lf_ && !input_.empty()) {
    skip_lf_ = false;
    if (input_.front() == '\n') input_.remove_prefix(1);
  }
  if (input_.empty()) return std::nullopt;
  const std::size_t end = line_end(input_, has_cr_);
  std::string_view line = input_.substr(0, end);
  if (end == std::string_view::npos || !line_.empty()) {
    line_.append(line);
    too_large_ = line_.size() > event_limit;
    if (end == std::string_view::npos || too_large_) {
      input_ = {};
      return std::nullopt;
    }
    line_is_kept_ = true;
    line = line_;
  }
  skip_lf_ = input_[end] == '\r';
  input_.remove_prefix(end + 1);
  if (at_start_ && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  at_start_ = false;
  return line;
}

void SseParser::on_line(std::string_view line) {
  constexpr std::string_view usual = "data: ";
  if (line.starts_with(usual)) return on_data(line.substr(usual.size()));
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    on_data(value);
  } else if (field == "event") {
    type_ = value;
  } else if (field == "error") {
    type_ = field;
    on_data(value);
  }  // a comment (no field), id, retry, or a field that nobody knows
}

void SseParser::on_data(std::string_view value) {
  const bool first = !has_data_;
  has_data_ = true;
  if (first && !line_is_kept_) {
    data_ = value;
    return;
  }
  if (first) {
    kept_data_ = value;
  } else {
    keep_data();
    kept_data_ += '\n';
    kept_data_ += value;
    too_large_ = kept_data_.size() > event_limit;
  }
  data_ = kept_data_;
}

void SseParser::keep_data() {
  if (!has_data_ || data_.data() == kept_data_.data()) return;
  kept_data_ = data_;
  data_ = kept_data_;
}

}  // namespace llmload::protocol
