#include "simulator/answers/output_text.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "tokenize/count_tokens.hpp"

namespace llmload::simulator {
namespace {

constexpr std::size_t most_known = 64;

constexpr std::string_view passage =
    "A load test asks a simple question and is easy to get wrong. How long does a user wait when many others "
    "are "
    "there at the same time? To answer it, the tool that asks must be faster than the thing that it "
    "measures, and "
    "it must say how late it was itself. It sends each request when it is due, notes when the last byte was "
    "given "
    "away, and lets the machine note when the answer came. A request that failed is not a fast one. A "
    "request that "
    "waited in a line of our own is not a slow server. The number in the middle says what most people see, "
    "and the "
    "number near the end says what the unlucky ones see, but only when there were enough of them to tell. So "
    "count "
    "them all, keep the time of each, write down what was asked, and let others run it again. If the same "
    "plan gives "
    "the same result on another day, we may begin to trust it, and if it does not, we have found something "
    "that is "
    "worth a closer look.";

bool is_word_end(std::string_view text, std::size_t i) { return i == text.size() || text[i] == ' '; }

/// Behind each word; what stands behind the last one is its, too.
std::vector<std::size_t> word_ends(std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i <= text.size(); ++i) {
    if (is_word_end(text, i) && text[i - 1] != ' ') ends.push_back(i);
  }
  if (!ends.empty()) ends.back() = text.size();
  return ends;
}

bool is_in_character(std::string_view text, std::size_t i) {
  return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80;
}

void append_escaped(std::string_view text, std::string& to) {
  const std::string quoted = boost::json::serialize(boost::json::string(text.data(), text.size()));
  to.append(quoted, 1, quoted.size() - 2);
}

}  // namespace

Output Output::first(std::size_t count) const {
  const auto end = ends.begin() + static_cast<std::ptrdiff_t>(count);
  return {text.substr(0, ends[count - 1]), {ends.begin(), end}};
}

std::shared_ptr<const Output> OutputText::first(std::size_t tokens) {
  auto& slot = known_[tokens];
  if (!slot) slot = std::make_shared<const Output>(tokenizer_ ? by_tokenizer(tokens) : by_words(tokens));
  auto result = slot;
  if (known_.size() > most_known) known_.clear();
  return result;
}

std::shared_ptr<const Output> OutputText::of(std::string_view text) const {
  std::vector<std::size_t> token_ends = ends(text);
  if (token_ends.empty()) token_ends.push_back(text.size());
  auto output = std::make_shared<Output>();
  std::size_t begin = 0;
  for (std::size_t end : token_ends) {
    while (end > begin && is_in_character(text, end)) --end;
    append_escaped(text.substr(begin, end - begin), output->text);
    output->ends.push_back(output->text.size());
    begin = end;
  }
  return output;
}

std::vector<std::size_t> OutputText::ends(std::string_view text) const {
  return tokenizer_ ? tokenize::token_ends(*tokenizer_, text) : word_ends(text);
}

std::size_t OutputText::count(std::string_view text) const {
  if (tokenizer_) return tokenizer_->count(text);
  std::size_t words = 0;
  for (std::size_t i = 1; i <= text.size(); ++i) words += is_word_end(text, i) && text[i - 1] != ' ' ? 1 : 0;
  return words;
}

Output OutputText::by_words(std::size_t tokens) const {
  Output output;
  std::size_t at = 0;
  while (output.ends.size() < tokens) {
    if (at >= passage.size()) at = 0;
    const std::size_t end = std::min(passage.find(' ', at), passage.size());
    if (!output.text.empty()) output.text += ' ';
    output.text += passage.substr(at, end - at);
    output.ends.push_back(output.text.size());
    at = end + 1;
  }
  return output;
}

Output OutputText::by_tokenizer(std::size_t tokens) const {
  // A word is a token or a few: start with as many words as tokens and cut.
  Output words = by_words(tokens);
  const auto ends = tokenize::token_ends(*tokenizer_, words.text);
  // A cut inside a word can change how its rest is tokenized: then cut earlier, and fill up with small words.
  for (std::size_t keep = std::min(tokens, ends.size()); keep > 0; --keep) {
    for (const std::string_view filler : {" a", " the", ".", " x"}) {
      Output output;
      output.text = words.text.substr(0, ends[keep - 1]);
      for (std::size_t i = keep; i < tokens; ++i) output.text += filler;
      output.ends = tokenize::token_ends(*tokenizer_, output.text);
      if (output.ends.size() == tokens) return output;
      if (keep == tokens) break;  // nothing was filled
    }
  }
  throw std::runtime_error("no text of exactly " + std::to_string(tokens) +
                           " tokens found with this tokenizer");
}

}  // namespace llmload::simulator
