#include "protocol/answer/answer.hpp"

#include <algorithm>
#include <utility>

#include "text/surrogates.hpp"

namespace llmload::protocol {
namespace {

constexpr std::size_t worth_a_move = 16 * 1024;  // bytes; shorter ones leave their memory to the next part

constexpr std::array kinds = {TextKind::reasoning, TextKind::content, TextKind::tool};

std::string& text_of_record(RequestRecord& record, TextKind kind) {
  if (kind == TextKind::content) return record.output;
  return kind == TextKind::reasoning ? record.reasoning : record.tool_text;
}

const std::string& text_of_kind(const Texts& texts, TextKind kind) {
  return texts[static_cast<std::size_t>(kind)];
}

}  // namespace

void Answer::start(RequestRecord& record) {
  record_ = &record;
  first_.has_source = false;
  first_index_.reset();
  others_.clear();
  additions_.clear();
  halves_ = dropped_ = false;
}

inline std::string& Answer::text_of(Choice& choice, TextKind kind) {
  return &choice == &first_ ? text_of_record(*record_, kind) : choice.texts[static_cast<std::size_t>(kind)];
}

void Answer::append(Choice& choice, TextKind kind, std::string_view piece) {
  if (piece.empty()) return;
  if (dropped_) {
    additions_.push_back({choice.number, kind, 0, piece.size()});
    return;
  }
  std::string& text = text_of(choice, kind);
  const std::size_t begin = text.size();
  text += piece;
  if (halves_) text::join_halves(text, begin);
  additions_.push_back({choice.number, kind, begin, text.size()});
}

Answer::Choice& Answer::choice_at(std::uint64_t index) {
  if (!first_index_) first_index_ = index;
  if (index == *first_index_) return first_;
  const auto [at, is_new] = others_.try_emplace(index);
  if (is_new) at->second.number = static_cast<std::uint32_t>(others_.size());
  return at->second;
}

void Answer::add(std::uint64_t index, std::array<Texts, source_count>& sources) {
  Choice& choice = choice_at(index);
  for (std::size_t i = 0; i < source_count && !choice.has_source; ++i) {
    const bool any = std::ranges::any_of(sources[i], [](const std::string& text) { return !text.empty(); });
    if (!any) continue;
    choice.source = static_cast<Source>(i);
    choice.has_source = true;
  }
  if (!choice.has_source) return;
  Texts& texts = sources[static_cast<std::size_t>(choice.source)];
  for (const TextKind kind : kinds) {
    std::string& piece = texts[static_cast<std::size_t>(kind)];
    std::string& text = text_of(choice, kind);
    if (dropped_ || halves_ || !text.empty() || piece.size() < worth_a_move) {
      append(choice, kind, piece);
    } else {
      text = std::move(piece);
      additions_.push_back({choice.number, kind, 0, text.size()});
    }
  }
}

void Answer::add(TextKind kind, std::string_view piece) { append(first_, kind, piece); }

void Answer::drop_text() {
  dropped_ = true;
  for (auto& [index, choice] : others_) choice.texts = {};
}

std::size_t Answer::held() const {
  std::size_t bytes = 0;
  for (const auto& [index, choice] : others_) {
    for (const std::string& text : choice.texts) bytes += text.capacity();
  }
  return bytes;
}

/// By the choices' indexes.
void Answer::put_together(std::vector<TokenEvent>& events, const std::vector<std::uint32_t>& choice_of) {
  Choice& first_that_came = others_[*first_index_] = first_;
  for (const TextKind kind : kinds) {
    first_that_came.texts[static_cast<std::size_t>(kind)] =
        std::exchange(text_of_record(*record_, kind), std::string());
  }
  std::vector<std::array<std::uint32_t, 3>> before(others_.size());  // bytes of each kind, by number
  for (auto& [index, choice] : others_) {
    for (const TextKind kind : kinds) {
      std::string& all = text_of_record(*record_, kind);
      before[choice.number][static_cast<std::size_t>(kind)] = static_cast<std::uint32_t>(all.size());
      all += text_of_kind(choice.texts, kind);
    }
  }
  record_->first_choice_bytes = text_of_kind(others_.begin()->second.texts, TextKind::content).size();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::uint32_t number = i < choice_of.size() ? choice_of[i] : 0;
    events[i].text_end += before[number][static_cast<std::size_t>(events[i].kind)];
  }
}

void Answer::finish(std::vector<TokenEvent>& events, const std::vector<std::uint32_t>& choice_of) {
  if (!others_.empty()) put_together(events, choice_of);
  if (!halves_) return;
  for (const TextKind kind : kinds) text::replace_halves(text_of_record(*record_, kind));
}

}  // namespace llmload::protocol
