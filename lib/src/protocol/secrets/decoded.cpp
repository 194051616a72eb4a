#include "protocol/secrets/decoded.hpp"

#include <algorithm>
#include <cstdint>

#include "protocol/secrets/readable.hpp"

namespace llmload::protocol {
namespace {

constexpr ByteTable<char> kept(readable);

bool is_digit(char c) { return base64_value(c) < 64; }

bool is_space(char c) { return c == ' ' || c == '\n'; }

}  // namespace

std::size_t read_plain(std::string_view text, std::size_t from, std::size_t limit, Decoded& view) {
  std::size_t size = view.text.size();
  limit = std::min(limit, size + text.size() - from);
  view.resize(limit);
  for (; from < text.size() && size < limit; ++from) {
    const char c = kept(text[from]);
    if (is_space(c) && size > 0 &&
        is_space(view.text[size - 1])) {  // one is enough, and a line end says more
      if (c == '\n') view.text[size - 1] = c;
      continue;
    }
    view.text[size] = c;
    view.spans[size] = {from, from + 1};
    size += c != 0 ? 1 : 0;
  }
  view.resize(size);
  return from;
}

Decoded decoded_of(std::string_view text) {
  Decoded view;
  read_plain(text, 0, text.size(), view);
  return view;
}

std::size_t base64_digits(std::size_t bytes) { return (bytes * 8 + 5) / 6; }

std::vector<Span> base64_runs(const Decoded& view, std::size_t least) {
  std::vector<Span> runs;
  Span run;
  std::size_t digits = 0;
  bool indent = false;  // a line's blanks don't end a run
  const auto close = [&] {
    if (digits >= least) runs.push_back(run);
    digits = 0;
  };
  for (std::size_t at = 0; at < view.text.size(); ++at) {
    const char c = view.text[at];
    if (is_digit(c)) {
      if (digits++ == 0) run.begin = at;
      run.end = at + 1;
    } else if (c != '\n' && !(c == ' ' && indent)) {
      close();
    }
    indent = c == '\n' || (c == ' ' && indent);
  }
  close();
  return runs;
}

Decoded decode_base64(const Decoded& view, const std::vector<Span>& runs, unsigned phase) {
  Decoded decoded;
  for (const Span& run : runs) {
    std::uint32_t bits = 0;
    unsigned held = 0, skipped = 0;
    std::size_t last = run.begin;  // the digit before
    for (std::size_t at = run.begin; at < run.end; ++at) {
      if (!is_digit(view.text[at]) || skipped++ < phase) continue;
      bits = bits << 6U | base64_value(view.text[at]);
      held += 6;
      if (held >= 8) {
        held -= 8;
        const char c = kept(static_cast<char>(bits >> held & 0xFFU));
        if (c != 0) decoded.put(c, {view.spans[last].begin, view.spans[at].end});
      }
      last = at;
    }
    decoded.put(' ', view.spans[run.end - 1]);
  }
  return decoded;
}

}  // namespace llmload::protocol
