// The escapes of decoded.hpp. An escape is read where it ends, and what it stands for may end the next
// one: "%2541" is "%41", which is "A". So escapes of escapes take no pass of their own.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "protocol/decoded.hpp"
#include "protocol/readable.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

constexpr std::size_t longest_entity = 24;  // of what is behind its "&"
constexpr std::string_view data_line = "\ndata:";
constexpr char not_kept = 0;

/// The escape at a text's end, and what it stands for.
struct Escape {
  std::size_t size = 0;  // 0: there is none
  char meaning = not_kept;
};

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
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

/// An entity without the ";" at its end, which one that is a number may do without.
Escape entity_at_end(std::string_view text, bool semicolon) {
  std::size_t begin = text.size();
  while (begin > 0 && text.size() - begin < longest_entity &&
         (is_alnum(text[begin - 1]) || text[begin - 1] == '#'))
    --begin;
  if (begin == 0 || begin == text.size() || text[begin - 1] != '&') return {};
  std::string_view name = text.substr(begin);
  const std::size_t size = name.size() + 1;
  std::optional<char> meaning;
  if (name.front() != '#') {
    if (semicolon) meaning = named(name);
  } else if (name.size() > 1 && (name[1] == 'x' || name[1] == 'X')) {
    meaning = character_of(name.substr(2), 16);
  } else {
    meaning = character_of(name.substr(1), 10);
  }
  return meaning ? Escape{size, *meaning} : Escape{};
}

/// `before` and digits at the end of `text`, so many.
Escape hex_at_end(std::string_view text, std::string_view before, std::size_t digits) {
  const std::size_t size = before.size() + digits;
  if (text.size() < size || text.substr(text.size() - size, before.size()) != before) return {};
  const auto meaning = character_of(text.substr(text.size() - digits), 16);
  return meaning ? Escape{size, *meaning} : Escape{};
}

Escape escape_at_end(std::string_view text) {
  const char last = text.back();
  const char before = text.size() > 1 ? text[text.size() - 2] : ' ';
  if (before == '\\') {
    if (is_punctuation(last)) return {2, last};
    if (last == 'n' || last == 'r') return {2, '\n'};
    if (last == 't' || last == 'b' || last == 'f') return {2, not_kept};
  }
  if (is_hex(last)) {
    for (const auto& [prefix, digits] :
         {std::pair<std::string_view, std::size_t>{"%", 2}, {"\\x", 2}, {"\\u", 4}, {"%u", 4}}) {
      if (const Escape escape = hex_at_end(text, prefix, digits); escape.size > 0) return escape;
    }
  }
  if (last == ';') {
    const Escape entity = entity_at_end(text.substr(0, text.size() - 1), true);
    if (entity.size > 0) return {entity.size + 1, entity.meaning};
  }
  if (last == ':' && text.ends_with(data_line)) return {data_line.size(), '\n'};
  return {};
}

/// Puts `c` in place of the `size` bytes at the end.
void replace_end(Decoded& view, std::size_t size, char c) {
  const Span whole{view.spans[view.spans.size() - size].begin, view.spans.back().end};
  view.resize(view.text.size() - size);
  if (c != not_kept) view.put(c, whole);
}

void read_escapes_at_end(Decoded& view) {
  while (!view.text.empty()) {
    const Escape escape = escape_at_end(view.text);
    if (escape.size == 0) return;
    replace_end(view, escape.size, escape.meaning);
    if (escape.meaning == not_kept) return;
  }
}

}  // namespace

bool unescape(const Decoded& view, Decoded& unescaped) {
  const bool any =
      view.text.find_first_of("\\%&") != std::string::npos || view.text.find(data_line) != std::string::npos;
  if (!any) return false;
  for (std::size_t at = 0; at < view.text.size(); ++at) {
    const char c = view.text[at];
    if (!is_alnum(c) && c != '#' && c != ';') {
      const Escape entity = entity_at_end(unescaped.text, false);
      if (entity.size > 0) {
        replace_end(unescaped, entity.size, entity.meaning);
        if (entity.meaning != not_kept) read_escapes_at_end(unescaped);
      }
    }
    unescaped.put(c, view.spans[at]);
    read_escapes_at_end(unescaped);
  }
  return true;
}

}  // namespace llmload::protocol
