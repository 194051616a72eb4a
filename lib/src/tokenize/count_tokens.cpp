#include "tokenize/count_tokens.hpp"

#include <algorithm>

namespace llmload::tokenize {
namespace {

/// Tokens of the first `text_end` bytes, for each event of this kind. A token that a later event grows or
/// joins is only counted once it can't change any more: so many as no longer prefix has fewer.
std::vector<std::size_t> settled_counts(const Tokenizer& tokenizer, std::string_view text,
                                        const std::vector<TokenEvent*>& events) {
  std::vector<std::size_t> counts;
  StreamCounter counter(tokenizer);
  std::size_t begin = 0;
  for (const TokenEvent* event : events) {
    counter.add(text.substr(begin, event->text_end - begin));
    counts.push_back(counter.total());
    begin = event->text_end;
  }
  for (std::size_t i = counts.size(); i-- > 1;) counts[i - 1] = std::min(counts[i - 1], counts[i]);
  return counts;
}

std::vector<std::size_t> settled_counts(const ModelTokenizer& tokenizer, std::string_view text,
                                        const std::vector<TokenEvent*>& events) {
  const auto ends = token_ends(tokenizer, text);
  std::vector<std::size_t> counts;
  counts.reserve(events.size());
  for (const TokenEvent* event : events) {
    counts.push_back(
        static_cast<std::size_t>(std::ranges::upper_bound(ends, event->text_end) - ends.begin()));
  }
  return counts;
}

std::size_t count_kind(const Tokenizer& tokenizer, std::string_view text, RequestRecord& record,
                       TextKind kind) {
  if (text.empty()) return 0;
  std::vector<TokenEvent*> events;
  for (TokenEvent& event : record.events) {
    if (event.kind == kind) events.push_back(&event);
  }
  if (events.empty()) return tokenizer.count(text);
  std::ranges::sort(events, {}, &TokenEvent::text_end);  // those of several choices come in turns
  const ModelTokenizer* const model = tokenizer.model();
  const auto counts =
      model != nullptr ? settled_counts(*model, text, events) : settled_counts(tokenizer, text, events);
  std::size_t before = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i]->tokens = static_cast<std::uint16_t>(counts[i] - before);
    before = counts[i];
  }
  return before;
}

}  // namespace

std::vector<std::size_t> token_ends(const ModelTokenizer& tokenizer, std::string_view text) {
  std::vector<std::size_t> ends;
  std::size_t at = 0;
  for (const std::uint32_t id : tokenizer.encode(text)) {
    const std::string piece = tokenizer.piece(id);
    // SentencePiece puts a space before the text that is not in it.
    const bool added_space = ends.empty() && piece.starts_with(' ') && !text.starts_with(' ');
    at = std::min(at + piece.size() - (added_space ? 1 : 0), text.size());
    ends.push_back(at);
  }
  if (!ends.empty()) ends.back() = text.size();
  return ends;
}

void count_tokens(const Tokenizer& tokenizer, RequestRecord& record) {
  record.reasoning_tokens = count_kind(tokenizer, record.reasoning, record, TextKind::reasoning);
  record.tool_tokens = count_kind(tokenizer, record.tool_text, record, TextKind::tool);
  const std::size_t content = count_kind(tokenizer, record.output, record, TextKind::content);
  record.output_tokens = content + *record.reasoning_tokens + *record.tool_tokens;
}

}  // namespace llmload::tokenize
