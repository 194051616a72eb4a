#include <algorithm>

#include "protocol/secrets/decoded.hpp"
#include "protocol/secrets/readable.hpp"

namespace llmload::protocol {
namespace {

constexpr std::size_t longest_tag = 100;

/// The tag of HTML that begins `text`; 0: it is none.
std::size_t tag_size(std::string_view text) {
  const char second = text.size() > 1 ? text[1] : ' ';
  if (!is_alnum(second) && second != '/' && second != '!') return 0;
  const auto end = text.substr(0, longest_tag).find('>');
  return end == std::string_view::npos ? 0 : end + 1;
}

/// What a terminal takes for the code that begins `text`: "\x1b[31m".
std::size_t code_size(std::string_view text) {
  if (text.size() < 2 || text[1] != '[') return 1;
  std::size_t size = 2;
  while (size < text.size() && text[size] >= ' ' && text[size] < '@') ++size;
  return std::min(size + 1, text.size());
}

}  // namespace

bool strip_markup(const Decoded& view, Decoded& stripped) {
  const std::string_view text = view.text;
  if (text.find_first_of("<\x1b") == std::string_view::npos) return false;
  stripped.resize(0);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    if (text[at] == '<') size = tag_size(text.substr(at));
    if (text[at] == terminal_escape) size = code_size(text.substr(at));
    if (size == 0) stripped.put(text[at], view.spans[at]);
    at += std::max<std::size_t>(size, 1);
  }
  return stripped.text.size() < text.size();
}

}  // namespace llmload::protocol
