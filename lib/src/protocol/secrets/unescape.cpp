// The escapes of decoded.hpp.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "protocol/secrets/decoded.hpp"
#include "protocol/secrets/readable.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

constexpr std::size_t longest_entity = 24;  // without its ";"
constexpr char not_kept = 0;

/// An escape, and what it stands for.
struct Escape {
  std::size_t size = 0;  // 0: there is none
  char meaning = not_kept;
};

bool is_punctuation(char c) { return c > ' ' && !is_alnum(c); }

char character_of(unsigned long code) { return code < 0x7f ? readable(static_cast<char>(code)) : not_kept; }

std::optional<char> character_of(std::string_view digits, int base) {
  unsigned long code = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, code, base);
  if (digits.empty() || read.ptr != end) return std::nullopt;
  return read.ec == std::errc() ? character_of(code) : not_kept;
}

/// HTML's names of what a view keeps, and of some characters that don't show.
std::optional<char> named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, char>, 56> names = {{
      {"amp", '&'},
      {"lt", '<'},
      {"gt", '>'},
      {"quot", '"'},
      {"apos", '\''},
      {"sol", '/'},
      {"bsol", '\\'},
      {"excl", '!'},
      {"num", '#'},
      {"dollar", '$'},
      {"percnt", '%'},
      {"lpar", '('},
      {"rpar", ')'},
      {"ast", '*'},
      {"midast", '*'},
      {"plus", '+'},
      {"comma", ','},
      {"period", '.'},
      {"colon", ':'},
      {"semi", ';'},
      {"equals", '='},
      {"quest", '?'},
      {"commat", '@'},
      {"lsqb", '['},
      {"lbrack", '['},
      {"rsqb", ']'},
      {"rbrack", ']'},
      {"hat", '^'},
      {"lowbar", '_'},
      {"underbar", '_'},
      {"grave", '`'},
      {"lcub", '{'},
      {"lbrace", '{'},
      {"rcub", '}'},
      {"rbrace", '}'},
      {"verbar", '|'},
      {"vert", '|'},
      {"verticalline", '|'},
      {"newline", '\n'},
      {"tab", ' '},
      {"nbsp", ' '},
      {"shy", not_kept},
      {"zwj", not_kept},
      {"zwnj", not_kept},
      {"lrm", not_kept},
      {"rlm", not_kept},
      {"zerowidthspace", not_kept},
      {"nobreak", not_kept},
      {"ic", not_kept},
      {"invisiblecomma", not_kept},
      {"it", not_kept},
      {"invisibletimes", not_kept},
      {"af", not_kept},
      {"applyfunction", not_kept},
      {"diacriticalgrave", '`'},
      {"nonbreakingspace", ' '},
  }};
  const auto* const found =
      std::ranges::find(names, text::lower(name), &std::pair<std::string_view, char>::first);
  return found != names.end() ? std::optional(found->second) : std::nullopt;
}

/// `prefix`, which begins `text`, and so many digits.
Escape hex(std::string_view text, std::size_t prefix, std::size_t digits) {
  if (text.size() < prefix + digits) return {};
  const auto meaning = character_of(text.substr(prefix, digits), 16);
  return meaning ? Escape{prefix + digits, *meaning} : Escape{};
}

/// One that is a number may be without its ";".
Escape entity(std::string_view text) {
  const auto is_of_name = [](char c) { return is_alnum(c) || c == '#'; };
  std::size_t size = 1;
  while (size < std::min(text.size(), longest_entity) && is_of_name(text[size])) ++size;
  const std::string_view name = text.substr(1, size - 1);
  const bool ends = size < text.size() && text[size] == ';';
  std::optional<char> meaning;
  if (!name.starts_with('#'))
    meaning = ends ? named(name) : std::nullopt;
  else if (name.starts_with("#x") || name.starts_with("#X"))
    meaning = character_of(name.substr(2), 16);
  else
    meaning = character_of(name.substr(1), 10);
  return meaning ? Escape{size + (ends ? 1 : 0), *meaning} : Escape{};
}

/// Any number of backslashes is one: they are escaped themselves in JSON within JSON.
Escape behind_backslashes(std::string_view text) {
  const std::size_t size = std::min(text.find_first_not_of('\\'), text.size());
  const char next = size < text.size() ? text[size] : ' ';
  if (next == 'u' || next == 'x') {
    const Escape escape = hex(text, size + 1, next == 'u' ? 4 : 2);
    if (escape.size > 0) return escape;
  }
  if (next == 'n' || next == 'r') return {size + 1, '\n'};
  if (next == 't' || next == 'b' || next == 'f') return {size + 1, not_kept};
  if (is_punctuation(next)) return {size + 1, next};
  return size > 1 ? Escape{size, '\\'} : Escape{};
}

/// At the begin of `text`.
Escape escape_of(std::string_view text) {
  switch (text.front()) {
    case '\\': return behind_backslashes(text);
    case '%': return text.starts_with("%u") ? hex(text, 2, 4) : hex(text, 1, 2);
    case '&': return entity(text);
    case '\n': return text.starts_with(data_line) ? Escape{data_line.size(), '\n'} : Escape{};
    default: return {};
  }
}

}  // namespace

bool unescape(const Decoded& view, Decoded& unescaped, std::string_view begins) {
  const std::string_view text = view.text;
  if (text.find_first_of(begins) == std::string_view::npos) return false;
  unescaped.resize(0);
  bool changed = false;
  for (std::size_t at = 0; at < text.size();) {
    const bool may_be = begins.find(text[at]) != std::string_view::npos;
    const Escape escape = may_be ? escape_of(text.substr(at)) : Escape{};
    const std::size_t size = std::max<std::size_t>(escape.size, 1);
    const char c = escape.size > 0 ? escape.meaning : text[at];
    if (c != not_kept) unescaped.put(c, {view.spans[at].begin, view.spans[at + size - 1].end});
    changed = changed || escape.size > 0;
    at += size;
  }
  return changed;
}

}  // namespace llmload::protocol
