#include "tokenize/formats/tiktoken_file.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "llmload/error.hpp"
#include "text/base64.hpp"

namespace llmload::tokenize {
namespace {

/// The beginning of `text`, which may be anything, for a terminal.
std::string quoted(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string shown(text.substr(0, most));
  std::ranges::replace_if(
      shown, [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return '"' + shown + (text.size() > most ? "...\"" : "\"");
}

/// Takes the first line off `content`, without its line end.
std::string_view take_line(std::string_view& content) {
  const std::size_t size = std::min(content.find('\n'), content.size());
  std::string_view line = content.substr(0, size);
  content.remove_prefix(std::min(size + 1, content.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::size_t count_lines(std::string_view content) {
  const auto ends = std::count(content.begin(), content.end(), '\n');
  return static_cast<std::size_t>(ends) + (content.empty() || content.ends_with('\n') ? 0 : 1);
}

/// Adds one line's token; returns what is wrong with the line, or nothing.
std::optional<std::string> add_line(std::string_view line, Vocabulary& vocabulary) {
  const std::size_t gap = line.find(' ');
  if (gap == std::string_view::npos) return quoted(line) + " is not \"base64 rank\"";

  const std::string_view base64 = line.substr(0, gap);
  const std::optional<std::string> bytes = text::decode_base64(base64);
  if (!bytes || bytes->empty()) return quoted(base64) + " is not base64";

  if (bytes->size() > longest_token)
    return "a token of " + std::to_string(bytes->size()) + " bytes is too long";

  const std::string_view number = line.substr(gap + 1);
  TokenId rank = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rank);
  if (error != std::errc{} || end != number.data() + number.size()) return quoted(number) + " is not a rank";

  if (rank >= vocabulary.size()) {
    return "rank " + std::to_string(rank) + " in a file of " + std::to_string(vocabulary.size()) +
           " ranks: a lower one is missing";
  }
  if (!vocabulary.bytes(rank).empty()) return "rank " + std::to_string(rank) + " is there twice";
  if (const TokenId same = vocabulary.find(*bytes); same != no_token) {
    return "token " + quoted(base64) + " already has rank " + std::to_string(same);
  }
  vocabulary.add(rank, *bytes);
  return std::nullopt;
}

void require_single_bytes(const Vocabulary& vocabulary, const std::string& file) {
  for (int value = 0; value < 256; ++value) {
    const char byte = static_cast<char>(value);
    if (vocabulary.find({&byte, 1}) == no_token) {
      throw InputError(file + ": no token for the single byte " + std::to_string(value) +
                       ": not a byte-level vocabulary, or a truncated file");
    }
  }
}

}  // namespace

Vocabulary read_tiktoken(std::string_view content, const std::string& file) {
  const std::size_t lines = count_lines(content);
  if (lines > most_tokens)
    throw InputError(file + ": " + std::to_string(lines) + " lines are too many for ranks");
  Vocabulary vocabulary(lines, content.size() / 2);
  for (std::size_t number = 1; !content.empty(); ++number) {
    if (const auto problem = add_line(take_line(content), vocabulary)) {
      throw InputError(file + ":" + std::to_string(number) + ": " + *problem);
    }
  }
  require_single_bytes(vocabulary, file);
  return vocabulary;
}

}  // namespace llmload::tokenize
