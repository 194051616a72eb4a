#include "tokenize/formats/json_bpe.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace llmload::tokenize {
namespace {

/// Many times as many as published models have; each byte may need a node of a trie.
constexpr std::size_t most_added_bytes = std::size_t{1} << 20U;

/// The ids that a file needs room for: up to the highest of the model's and the added ones.
std::size_t id_count(const JsonReader& vocabulary, const std::vector<AddedToken>& added) {
  TokenId highest = 0;
  for (const auto& member : vocabulary.object()) highest = std::max(highest, vocabulary[member].id());
  for (const AddedToken& token : added) highest = std::max(highest, token.id);
  const std::size_t tokens = vocabulary.object().size() + added.size();
  if (highest / 4 > tokens) {  // a number must not become memory
    vocabulary.fail("id " + std::to_string(highest) + " in a file of " + std::to_string(tokens) +
                    " tokens: most ids have none");
  }
  return std::size_t{highest} + 1;
}

/// A merge is "left right" or ["left", "right"].
MergeTable::Merge read_merge(const JsonReader& entry, const Vocabulary& vocabulary, Spelling bytes_of) {
  std::string_view left, right;
  if (entry.is_string()) {
    const std::string_view both = entry.string();
    const std::size_t gap = both.find(' ');
    if (gap == std::string_view::npos) entry.fail("not \"left right\"");
    left = both.substr(0, gap);
    right = both.substr(gap + 1);
  } else {
    if (entry.array().size() != 2) entry.fail("not [\"left\", \"right\"]");
    left = entry[0].string();
    right = entry[1].string();
  }
  const auto token = [&](const std::string& spelled) {
    const std::optional<std::string> bytes = bytes_of(spelled);
    const TokenId id = bytes ? vocabulary.find(*bytes) : no_token;
    if (id == no_token) entry.fail("\"" + spelled + "\" is not in the vocabulary");
    return id;
  };
  const std::string left_token(left), right_token(right);
  return {token(left_token), token(right_token), token(left_token + right_token)};
}

void collect_steps(const JsonReader& step, std::string_view members, std::vector<JsonReader>& steps) {
  if (step.is_null()) return;
  if (step["type"].string() != "Sequence") {
    steps.push_back(step);
    return;
  }
  const JsonReader list = step[members];
  for (std::size_t i = 0; i < list.array().size(); ++i) collect_steps(list[i], members, steps);
}

}  // namespace

std::vector<AddedToken> read_added_tokens(const JsonReader& list) {
  std::vector<AddedToken> tokens;
  if (list.is_null()) return tokens;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < list.array().size(); ++i) {
    const JsonReader entry = list[i];
    AddedToken token;
    token.content = entry["content"].string();
    if (token.content.empty()) entry["content"].fail("an added token must have a text");
    bytes += token.content.size();
    if (bytes > most_added_bytes) entry.fail("more than 1 MiB of added tokens are too many");
    token.id = entry["id"].id();
    token.special = entry["special"].boolean_or(false);
    token.single_word = entry["single_word"].boolean_or(false);
    token.strip_left = entry["lstrip"].boolean_or(false);
    token.strip_right = entry["rstrip"].boolean_or(false);
    token.normalized = entry["normalized"].boolean_or(!token.special);
    tokens.push_back(std::move(token));
  }
  return tokens;
}

Vocabulary read_vocabulary(const JsonReader& list, const std::vector<AddedToken>& added, Spelling bytes_of) {
  Vocabulary vocabulary(id_count(list, added));
  for (const auto& member : list.object()) {
    const JsonReader entry = list[member];
    const TokenId id = entry.id();
    if (!vocabulary.bytes(id).empty()) entry.fail("id " + std::to_string(id) + " is there twice");
    // What can't be spelled so is never found in a text, nor is an empty token.
    const std::optional<std::string> bytes = bytes_of(member.key());
    if (bytes && !bytes->empty()) vocabulary.add(id, *bytes);
  }
  return vocabulary;
}

MergeTable read_merges(const JsonReader& list, const Vocabulary& vocabulary, Spelling bytes_of) {
  const std::size_t count = list.array().size();
  if (count > MergeTable::most_merges) list.fail(std::to_string(count) + " merges are too many");
  std::vector<MergeTable::Merge> merges;
  merges.reserve(count);
  for (std::size_t i = 0; i < count; ++i) merges.push_back(read_merge(list[i], vocabulary, bytes_of));
  MergeTable table(merges);
  for (std::size_t i = 0; i < count; ++i) {
    if (table.find(merges[i].left, merges[i].right) != i) list[i].fail("this merge is there twice");
  }
  return table;
}

std::vector<JsonReader> steps_of(const JsonReader& step, std::string_view members) {
  std::vector<JsonReader> steps;
  collect_steps(step, members, steps);
  return steps;
}

}  // namespace llmload::tokenize
