#include "protocol/http/http_head.hpp"

#include <algorithm>

#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Takes the next line off `rest`, which is not empty.
std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
  const std::string_view line = without_end(rest.substr(0, end));
  rest.remove_prefix(end);
  return line;
}

bool goes_on(std::string_view rest) { return rest.starts_with(' ') || rest.starts_with('\t'); }

/// Likewise with the lines that go on with it, which are put together in `unfolded`.
std::string_view take_field(std::string_view& rest, std::string& unfolded) {
  const std::string_view line = take_line(rest);
  if (!goes_on(rest)) return line;
  unfolded = line;
  while (goes_on(rest)) {
    std::string_view more = take_line(rest);
    more.remove_prefix(std::min(more.find_first_not_of(blanks), more.size()));
    unfolded.append(" ").append(more);
  }
  return unfolded;
}

std::size_t count_chunked(std::string_view value) {
  std::size_t count = 0;
  while (!value.empty()) {
    const auto end = std::min(value.find(','), value.size());
    std::string_view item = value.substr(0, end);
    item.remove_prefix(std::min(item.find_first_not_of(blanks), item.size()));
    item = item.substr(0, item.find_last_not_of(blanks) + 1);
    if (text::iequals(item, "chunked")) ++count;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return count;
}

}  // namespace

std::optional<std::size_t> HttpHead::size_in(std::string_view bytes) {
  for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    const std::string_view behind = bytes.substr(at + 1);
    if (behind.starts_with('\n')) return at + 2;
    if (behind.starts_with("\r\n")) return at + 3;
  }
  return std::nullopt;
}

HttpHead::HttpHead(std::string_view head) {
  text_.reserve(head.size() + 4);  // with a blank and a CR that may lack
  const std::string_view status_line = take_line(head);
  // As almost all are: "HTTP/1.1 200 OK".
  const bool is_plain =
      status_line.size() > 12 && status_line[8] == ' ' && status_line[9] != ' ' && status_line[12] == ' ';
  if (is_plain)
    text_ = status_line;
  else
    text_ = plain_status_line(status_line);
  text_ += "\r\n";
  std::string unfolded;
  while (!head.empty()) {
    const std::string_view field = take_field(head, unfolded);
    if (!field.empty()) add_field(field);
  }
  two_lengths_ = chunked_ > 0 && !lengths_.empty();
  if (!two_lengths_) text_ += lengths_;
  text_ += "\r\n";
}

void HttpHead::add_field(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  if (text::iequals(name, "transfer-encoding"))
    chunked_ += static_cast<unsigned>(count_chunked(line.substr(std::min(name.size() + 1, line.size()))));
  std::string& to = text::iequals(name, "content-length") ? lengths_ : text_;
  to.append(line).append("\r\n");
}

std::string plain_status_line(std::string_view line) {
  const auto version_end = std::min(line.find(' '), line.size());
  std::string out(line.substr(0, version_end));
  if (version_end == line.size()) return out;
  std::string_view rest = line.substr(std::min(line.find_first_not_of(' ', version_end), line.size()));
  const auto status_end = std::min(rest.find(' '), rest.size());
  out.append(" ").append(rest.substr(0, status_end)).append(" ");
  rest.remove_prefix(std::min(status_end + 1, rest.size()));
  return out.append(rest);
}

}  // namespace llmload::protocol
