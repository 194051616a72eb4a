#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/secrets/readable.hpp"
#include "protocol/secrets/secret_grams.hpp"

namespace llmload::protocol {
namespace {

/// So many letters around what is doubtful are looked at: no form of a gram has so many in a row of which
/// none is doubtful.
constexpr std::size_t around = 64;

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

/// Of a byte in UTF-8: how many follow it, or that it follows, or that it is never there.
constexpr std::uint8_t follows = 4, no_utf8 = 5, utf8_kinds = 6;
constexpr ByteTable<std::uint8_t> utf8_kind([](char c) -> std::uint8_t {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x80) return 0;
  if (byte < 0xc0) return follows;
  if (byte < 0xc2 || byte > 0xf4) return no_utf8;
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
});

/// What a byte does to a row of UTF-8, of whose last character some bytes are missing.
struct Utf8Step {
  std::uint8_t missing = 0, goes_on = 0, counts = 0;
};
constexpr auto utf8_steps = [] {
  std::array<std::array<Utf8Step, utf8_kinds>, follows> steps;
  for (std::uint8_t missing = 0; missing < follows; ++missing) {
    for (std::uint8_t kind = 0; kind < utf8_kinds; ++kind) {
      const bool begins = kind < follows;  // a character, also behind a broken one
      const bool goes_on = missing > 0 ? kind == follows : begins;
      const int still_missing = begins ? kind : goes_on ? missing - 1 : 0;
      steps[missing][kind] = {static_cast<std::uint8_t>(still_missing), goes_on, goes_on || begins};
    }
  }
  return steps;
}();

/// A row of base64's digits. Ids look like it, too, and are noise in each of its four readings: doubtful is a
/// row in which one has `least` bytes in a row that are UTF-8.
class Base64Row {
 public:
  explicit Base64Row(std::size_t least) : least_(least) {}

  [[nodiscard]] bool doubtful() const { return longest_ >= least_; }

  void put(char digit) {
    bits_ = bits_ << 6U | base64_value(digit);
    // A byte ends in the second, third and fourth digit of four.
    for (std::size_t place = 1; place < 4 && place <= digits_; ++place) {
      Reading& reading = readings_[(digits_ - place) % 4];
      // Without branches: of noise none would be foreseen.
      const auto step = utf8_steps[reading.missing][utf8_kind(static_cast<char>(bits_ >> (6 - 2 * place)))];
      reading.missing = step.missing;
      reading.text = reading.text * step.goes_on + step.counts;
      longest_ = std::max(longest_, reading.text);
    }
    ++digits_;
  }

 private:
  struct Reading {
    std::size_t text = 0, missing = 0;  // bytes of UTF-8 in a row, and of its last character
  };
  std::array<Reading, 4> readings_;  // the first begins with the row, the others a digit later each
  std::size_t least_, longest_ = 0, digits_ = 0;
  std::uint32_t bits_ = 0;
};

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
  if (grams_.empty() || text.size() < shortest()) return {};  // no form of a gram is shorter than it
  const std::size_t least_run = base64_digits(shortest());
  std::vector<Span> parts;
  Span part;  // from its first to its last doubtful byte; empty: there is none
  std::size_t letters = 0, part_letters = 0;  // of the text, and those up to the part's end
  std::size_t run = 0, run_begin = 0;         // of base64
  std::optional<Base64Row> row;               // that run
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
      case Kind::base64:
        if (run++ == 0) run_begin = at;
        if (run == least_run) {
          row.emplace(shortest());
          for (std::size_t before = run_begin; before < at; ++before)
            if (seen(text[before]).kind == Kind::base64) row->put(text[before]);
        }
        if (run >= least_run && !row->doubtful()) row->put(text[at]);
        break;
      case Kind::line_end: indent = true; continue;
      case Kind::blank:
        if (!indent) run = 0;
        continue;
      case Kind::unseen: continue;
      case Kind::other: run = 0;
    }
    indent = false;
    const bool data = text[at] == ':' && text.substr(0, at + 1).ends_with(data_line);
    const bool in_row = run >= least_run && row->doubtful();  // then all of it is
    if (!may_begin(last) && !c.escape && !in_row && !data) continue;
    const std::size_t begin = in_row ? run_begin : at, before = in_row ? run : 1;
    if (part.end == 0 || letters > part_letters + before + 2 * around) {
      close();
      part.begin = begin;
    }
    part.begin = std::min(part.begin, begin);
    part.end = at + 1;
    part_letters = letters;
  }
  close();
  return parts;
}

}  // namespace llmload::protocol
