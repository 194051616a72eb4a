#include "llmload/tokenizer.hpp"

namespace llmload {

std::size_t Tokenizer::cut(std::string_view) const { return 0; }

std::size_t Tokenizer::count_rest(std::string_view text) const { return count(text); }

std::vector<std::uint32_t> ModelTokenizer::encode_rest(std::string_view text) const { return encode(text); }

void StreamCounter::add(std::string_view piece) {
  pending_ += piece;
  if (pending_.size() < next_try_) return;
  if (const std::size_t cut = tokenizer_.cut(pending_); cut != 0) {
    settled_ += count(std::string_view(pending_).substr(0, cut));
    pending_.erase(0, cut);
    was_cut_ = true;
  }
  // What stays short is looked at with each piece; what doesn't, seldom enough to be linear in its size.
  constexpr std::size_t always = 256;
  next_try_ = pending_.size() < always ? 0 : pending_.size() + pending_.size() / 2;
}

std::size_t StreamCounter::count(std::string_view text) const {
  return was_cut_ ? tokenizer_.count_rest(text) : tokenizer_.count(text);
}

}  // namespace llmload
