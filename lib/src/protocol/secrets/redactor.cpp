#include "protocol/secrets/redactor.hpp"

#include <algorithm>
#include <utility>

#include "protocol/secrets/decoded.hpp"
#include "protocol/secrets/secrets.hpp"
#include "text/characters.hpp"
#include "text/printable.hpp"
#include "text/utf8.hpp"

namespace llmload::protocol {
namespace {

constexpr std::string_view mask = "[redacted]";
constexpr std::size_t most_in_a_block = 32 * 1024, overlap = 4 * 1024;  // bytes that a view keeps
constexpr unsigned base64_levels = 2;
constexpr std::size_t most_of_a_line = 64 * 1024, longest_half = 1024;  // bytes, before it is cut

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

void find_in(Decoded view, const SecretGrams& secrets, unsigned levels, std::vector<Span>& found);

/// `levels`: base64 within base64 is read so often.
void find_in_base64(const Decoded& view, const SecretGrams& secrets, unsigned levels,
                    std::vector<Span>& found) {
  if (levels == 0) return;
  const std::vector<Span> runs = base64_runs(view, base64_digits(secrets.shortest()));
  for (unsigned phase = 0; phase < 4 && !runs.empty(); ++phase)
    find_in(decode_base64(view, runs, phase), secrets, levels - 1, found);
}

/// Some read one kind of escapes alone, and to them the digits of the others are text.
void find_in_one_kind(const Decoded& view, const SecretGrams& secrets, std::vector<Span>& found) {
  Decoded plainer;
  for (const std::string_view kind : {json_escapes, url_escapes, html_escapes}) {
    if (unescape(view, plainer, kind)) secrets.find(plainer, found);
  }
}

void find_in(Decoded view, const SecretGrams& secrets, unsigned levels, std::vector<Span>& found) {
  Decoded plainer;
  bool stripped = false;  // last, for a tag may hold a key in escapes
  for (unsigned escapes = 0;; ++escapes) {
    secrets.find(view, found);
    if (escapes == 0) find_in_one_kind(view, secrets, found);
    const bool escaped = escapes < most_escapes && unescape(view, plainer);
    // No level between has digits in a row that neither has.
    if (escapes == 0 || !escaped) find_in_base64(view, secrets, levels, found);
    if (!escaped && (std::exchange(stripped, true) || !strip_markup(view, plainer))) return;
    std::swap(view, plainer);
  }
}

/// In blocks, so that a large part takes little memory.
void find_in_part(std::string_view text, Span part, const SecretGrams& secrets, std::vector<Span>& found) {
  Decoded block;
  while (part.begin < part.end) {
    if (block.text.size() > overlap) {
      const auto done = static_cast<std::ptrdiff_t>(block.text.size() - overlap);
      block.text.erase(block.text.begin(), block.text.begin() + done);
      block.spans.erase(block.spans.begin(), block.spans.begin() + done);
    }
    part.begin = read_plain(text.substr(0, part.end), part.begin, most_in_a_block, block);
    find_in(block, secrets, base64_levels, found);
  }
}

/// In the text's order; those that touch are one.
std::vector<Span> find_all(std::string_view text, const SecretGrams& secrets) {
  std::vector<Span> found;
  secrets.find_literal(text, found);
  for (const Span& part : secrets.doubtful_parts(text)) find_in_part(text, part, secrets, found);
  std::ranges::sort(found, {}, &Span::begin);
  std::vector<Span> joined;
  for (const Span& span : found) {
    if (joined.empty() || span.begin > joined.back().end)
      joined.push_back(span);
    else
      joined.back().end = std::max(joined.back().end, span.end);
  }
  return joined;
}

}  // namespace

Redactor::Redactor(const Plan& plan) : credentials_(plan.credentials) {
  for (NamedSecret& secret : secrets_of(plan)) secrets_.push_back(std::move(secret.value));
  if (!credentials_) grams_ = std::make_shared<const SecretGrams>(secrets_);
}

std::shared_ptr<const SecretGrams> Redactor::grams() const {
  if (!credentials_) return grams_;
  auto issued = credentials_->issued();
  const std::scoped_lock lock(mutex_);
  if (issued != issued_) {
    std::vector<std::string> all = secrets_;
    for (const std::string& key : *issued) all.emplace_back(without_scheme(key));
    grams_ = std::make_shared<const SecretGrams>(all);
    issued_ = std::move(issued);
  }
  return grams_;
}

std::string Redactor::redact(std::string text) const {
  const auto secrets = grams();
  if (secrets->empty()) return text;
  const std::vector<Span> found = find_all(text, *secrets);
  if (found.empty()) return text;
  std::string out;
  std::size_t from = 0;
  for (const Span& span : found) {
    out.append(text, from, span.begin - from);
    out += mask;
    from = span.end;
  }
  return out.append(text, from);
}

std::string Redactor::line(std::string text, std::size_t limit) const {
  // A line shows little of a long text, whose end may now be half a secret: that is left out, too.
  const bool is_long = text.size() > most_of_a_line;
  if (is_long) text.resize(most_of_a_line);
  text = redact(std::move(text));
  if (is_long) {
    const auto last = text.rfind(mask);
    const std::size_t least = last == std::string::npos ? 0 : last + mask.size();
    text.resize(std::max(least, text.size() - std::min(text.size(), longest_half)));
  }
  if (text.size() <= limit && llmload::text::is_visible(text)) return text;  // as most ids are
  text = llmload::text::valid_utf8(std::move(text));
  std::string out;
  for (std::string_view rest = text; !rest.empty() && out.size() <= limit;) {
    const std::size_t control = llmload::text::control_size(rest);
    const bool space = control != 0 || rest.front() == ' ';
    if (!space)
      out += rest.front();
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
    rest.remove_prefix(control != 0 ? control : 1);
  }
  if (out.size() > limit) {
    auto end = limit;
    while (end > 0 && is_continuation(out[end])) --end;
    out.resize(end);
    out += "...";
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace llmload::protocol
