#include "dataset/row_cutter.hpp"

#include <algorithm>

#include "llmload/error.hpp"
#include "text/characters.hpp"
#include "text/json_scan.hpp"

namespace llmload::dataset {
namespace {

constexpr auto npos = std::string_view::npos;

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(text::json_blanks, at), text.size());
}

/// Behind the JSON value that begins at `at`, as far as brackets and quotes tell; npos: it goes on.
std::size_t behind_value(std::string_view text, std::size_t at) {
  if (text[at] != '{' && text[at] != '[' && text[at] != '"') return text.find_first_of(",] \t\r\n", at);
  std::size_t depth = 0;
  for (; at < text.size(); at = text.find_first_of("\"{}[]", at)) {
    if (text[at] == '"') {
      at = llmload::text::behind_json_string(text, at);
      if (at == npos) return npos;
    } else {
      if (text[at] == '{' || text[at] == '[')
        ++depth;
      else
        --depth;
      ++at;
    }
    if (depth == 0) return at;
  }
  return npos;
}

/// The end of the line in which `at` is; npos: it goes on.
std::size_t line_end(std::string_view text, std::size_t at) { return text.find('\n', at); }

/// The end of the CSV record that begins at `at`, at its line end; npos: it goes on.
std::size_t record_end(std::string_view text, std::size_t at) {
  for (;; ++at) {
    while (at < text.size() && text[at] == '"') {  // one that is doubled is the field's own
      at = text.find('"', at + 1);
      if (at == npos) return npos;
      ++at;
    }
    at = text.find_first_of(",\n", at);
    if (at == npos || text[at] == '\n') return at;
  }
}

}  // namespace

std::optional<std::string_view> RowCutter::next() {
  if (container_ == Container::list) return element();
  return container_ == Container::csv ? record() : line();
}

std::optional<std::string_view> RowCutter::line() {
  const std::size_t begin = skip_blanks(text_, at_);
  if (begin == text_.size()) return std::nullopt;
  const std::size_t end = std::min(line_end(text_, begin), text_.size());
  if (end == text_.size() && !is_rest_) return std::nullopt;
  at_ = std::min(end + 1, text_.size());
  const std::string_view row = text_.substr(begin, end - begin);
  return row.substr(0, row.find_last_not_of(text::json_blanks) + 1);
}

std::optional<std::string_view> RowCutter::record() {
  const std::size_t begin = std::min(text_.find_first_not_of("\r\n", at_), text_.size());
  if (begin == text_.size()) return std::nullopt;
  const std::size_t end = std::min(record_end(text_, begin), text_.size());
  if (end == text_.size() && !is_rest_) return std::nullopt;
  at_ = std::min(end + 1, text_.size());
  std::string_view row = text_.substr(begin, end - begin);
  if (row.ends_with('\r')) row.remove_suffix(1);
  return row;
}

/// Whether a list ends at `from`; then all of it must be there.
bool RowCutter::end_list(std::size_t from) {
  if (text_[from] != ']' || !is_rest_) return text_[from] == ']';
  if (skip_blanks(text_, from + 1) != text_.size()) throw InputError("more text behind the list's end");
  list_ended_ = true;
  return true;
}

std::optional<std::string_view> RowCutter::element() {
  const std::size_t begin = skip_blanks(text_, at_);
  if (begin == text_.size() || end_list(begin)) return std::nullopt;
  const std::size_t end = behind_value(text_, begin);
  if (end == npos && !is_rest_) return std::nullopt;
  const std::string_view row = text_.substr(begin, end - begin);
  std::size_t next = skip_blanks(text_, std::min(end, text_.size()));
  if (next == text_.size() && !is_rest_) return std::nullopt;
  if (next < text_.size() && text_[next] == ',') {
    next = skip_blanks(text_, next + 1);
    if (next == text_.size() && !is_rest_) return std::nullopt;
    if (next < text_.size() && text_[next] == ']') throw InputError("a comma before the list's end");
  } else if (next < text_.size() && text_[next] != ']') {
    throw InputError("no comma between two rows of the list");
  }
  at_ = next;
  return row;
}

}  // namespace llmload::dataset
