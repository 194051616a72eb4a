#include "llmload/error.hpp"
#include "llmload/tokenizer.hpp"

namespace llmload {

std::size_t Tokenizer::cut(std::string_view) const { return 0; }

std::size_t Tokenizer::count_rest(std::string_view text) const { return count(text); }

std::vector<std::uint32_t> ModelTokenizer::encode_rest(std::string_view text) const { return encode(text); }

StreamCutter::Part StreamCutter::add(std::string_view piece) {
  pending_.erase(0, given_);
  given_ = 0;
  constexpr std::size_t most = std::size_t{512} << 20U;
  if (pending_.size() + piece.size() > most) throw InputError("more than 512 MiB in which no word ends");
  pending_ += piece;
  if (pending_.size() < next_try_) return {};
  const bool first = !was_cut_;
  given_ = tokenizer_.cut(pending_);
  if (given_ != 0) was_cut_ = true;
  // What stays short is looked at with each piece; what doesn't, seldom enough to be linear in its size.
  constexpr std::size_t always = 256;
  const std::size_t left = pending_.size() - given_;
  next_try_ = left < always ? 0 : left + left / 2;
  return {std::string_view(pending_).substr(0, given_), first};
}

std::size_t StreamCounter::count(const StreamCutter::Part& part) const {
  if (part.text.empty()) return 0;
  return part.first ? tokenizer_.count(part.text) : tokenizer_.count_rest(part.text);
}

}  // namespace llmload
