#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace llmload::protocol {

/// A part of a text, in bytes.
struct Span {
  std::size_t begin = 0, end = 0;
};

/// What a text says in one way to read it, and where each byte of that stands in the text. Of all bytes only
/// ASCII's letters, digits and punctuation are kept, blanks and line ends: what does not show, or is of other
/// scripts, hides no secret.
struct Decoded {
  std::string text;
  std::vector<Span> spans;  ///< of each byte

  void put(char c, Span span) {
    text += c;
    spans.push_back(span);
  }
  void resize(std::size_t size) {
    text.resize(size);
    spans.resize(size);
  }
};

/// Appends bytes of `text` from `from` on until the view has `limit`. Where it stopped.
std::size_t read_plain(std::string_view text, std::size_t from, std::size_t limit, Decoded& view);

/// All of `text`.
Decoded decoded_of(std::string_view text);

/// So often escapes are read: they may be escaped themselves.
constexpr unsigned most_escapes = 5;

/// Kinds of escapes, by the characters that begin them; "\n" is that of an event's further line.
inline constexpr std::string_view json_escapes = "\\", url_escapes = "%", html_escapes = "&",
                                  all_escapes = "\\%&\n";

/// Makes `unescaped` of `view`, with one level of the escapes that begin so read, and without the "data:" of
/// an event's further lines. False: there are none.
bool unescape(const Decoded& view, Decoded& unescaped, std::string_view begins = all_escapes);

/// Makes `stripped` of `view`, without HTML's tags and a terminal's codes. False: there are none.
bool strip_markup(const Decoded& view, Decoded& stripped);

/// What so many bytes are written with at the least.
std::size_t base64_digits(std::size_t bytes);

/// The parts of `view` that may be base64: `least` digits or more, of the standard's alphabet or of that for
/// URLs, also over several lines.
std::vector<Span> base64_runs(const Decoded& view, std::size_t least);

/// What `runs` of `view` are as base64, with a blank behind each; `phase`, 0 to 3: a character of four begins
/// so many digits behind the run's begin.
Decoded decode_base64(const Decoded& view, const std::vector<Span>& runs, unsigned phase);

}  // namespace llmload::protocol
