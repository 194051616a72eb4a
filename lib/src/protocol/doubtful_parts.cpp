#include <cstdint>
#include <string_view>

#include "protocol/readable.hpp"
#include "protocol/secret_grams.hpp"

namespace llmload::protocol {
namespace {

/// So many letters around what is doubtful are looked at: no form of a gram has so many in a row of which
/// none is doubtful.
constexpr std::size_t around = 64;

constexpr std::string_view data_line = "\ndata:";

enum class Kind : std::uint8_t { other, base64, unseen, line_end, blank };
struct Seen {
  char letter = 0;
  Kind kind = Kind::other;
  bool escape = false;
};
constexpr ByteTable<Seen> seen([](char c) {
  Seen s{letter(c), Kind::other, c == '\\' || c == '%' || c == '&' || c == '<' || c == terminal_escape};
  if (is_base64(c)) s.kind = Kind::base64;
  if (readable(c) == '\0') s.kind = Kind::unseen;
  if (readable(c) == '\n') s.kind = Kind::line_end;
  if (c == ' ') s.kind = Kind::blank;
  return s;
});

std::size_t letters_behind(std::string_view text, std::size_t from) {
  for (std::size_t count = around; from < text.size() && count > 0; ++from)
    count -= seen(text[from]).letter != 0 ? 1 : 0;
  return from;
}

std::size_t letters_before(std::string_view text, std::size_t from, std::size_t least) {
  for (std::size_t count = around; from > least && count > 0; --from)
    count -= seen(text[from - 1]).letter != 0 ? 1 : 0;
  return from;
}

}  // namespace

std::vector<Span> SecretGrams::doubtful_parts(std::string_view text) const {
  if (grams_.empty()) return {};
  const std::size_t least_run = base64_digits(shortest());
  std::vector<Span> parts;
  Span part;  // from its first to its last doubtful byte; empty: there is none
  std::size_t letters = 0, part_letters = 0;  // of the text, and those up to the part's end
  std::size_t run = 0;                        // of base64
  bool indent = false;                        // a line's blanks don't end a run
  std::uint64_t last = 0;                     // letters, as a gram begins
  const auto close = [&] {
    const std::size_t least = parts.empty() ? 0 : parts.back().end;
    if (part.end > 0)
      parts.push_back({letters_before(text, part.begin, least), letters_behind(text, part.end)});
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Seen& c = seen(text[at]);
    if (c.letter != 0) {
      last = with_next(last, c.letter);
      ++letters;
    }
    switch (c.kind) {
      case Kind::base64: ++run; break;
      case Kind::line_end: indent = true; continue;
      case Kind::blank:
        if (!indent) run = 0;
        continue;
      case Kind::unseen: continue;
      case Kind::other: run = 0;
    }
    indent = false;
    const bool data = text[at] == ':' && text.substr(0, at + 1).ends_with(data_line);
    if (!begins_[bit_of(last)] && !c.escape && run < least_run && !data) continue;
    if (part.end == 0 || letters > part_letters + 2 * around) {
      close();
      part.begin = at;
    }
    part.end = at + 1;
    part_letters = letters;
  }
  close();
  return parts;
}

}  // namespace llmload::protocol
