#include "tokenize/tokenizer_json.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "llmload/error.hpp"
#include "text/json_text.hpp"
#include "tokenize/bpe_tokenizer.hpp"
#include "tokenize/byte_alphabet.hpp"
#include "tokenize/json_reader.hpp"
#include "tokenize/merge_table.hpp"
#include "tokenize/pretokenizer.hpp"

namespace llmload::tokenize {
namespace {

std::vector<AddedToken> read_added_tokens(const JsonReader& list) {
  std::vector<AddedToken> tokens;
  if (list.is_null()) return tokens;
  for (std::size_t i = 0; i < list.array().size(); ++i) {
    const JsonReader entry = list[i];
    AddedToken token;
    token.content = entry["content"].string();
    if (token.content.empty()) entry["content"].fail("an added token must have a text");
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

/// The ids that a file needs room for: up to the highest of the model's and the added ones.
std::size_t id_count(const JsonReader& vocabulary, const std::vector<AddedToken>& added) {
  TokenId highest = 0;
  for (const auto& member : vocabulary.object()) highest = std::max(highest, vocabulary[member.key()].id());
  for (const AddedToken& token : added) highest = std::max(highest, token.id);
  return std::size_t{highest} + 1;
}

Vocabulary read_vocabulary(const JsonReader& list, const std::vector<AddedToken>& added) {
  Vocabulary vocabulary(id_count(list, added));
  for (const auto& member : list.object()) {
    const JsonReader entry = list[member.key()];
    const TokenId id = entry.id();
    if (!vocabulary.bytes(id).empty()) entry.fail("id " + std::to_string(id) + " is there twice");
    // A token that is not in the byte alphabet is never found in a text, nor is an empty one.
    const std::optional<std::string> bytes = from_byte_alphabet(member.key());
    if (bytes && !bytes->empty()) vocabulary.add(id, *bytes);
  }
  for (int value = 0; value < 256; ++value) {
    const char byte = static_cast<char>(value);
    if (vocabulary.find({&byte, 1}) == no_token) {
      list.fail("no token for the single byte " + std::to_string(value) + ": not a byte-level vocabulary");
    }
  }
  return vocabulary;
}

/// A merge is "left right" or ["left", "right"].
MergeTable::Merge read_merge(const JsonReader& entry, const Vocabulary& vocabulary) {
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
    const std::optional<std::string> bytes = from_byte_alphabet(spelled);
    const TokenId id = bytes ? vocabulary.find(*bytes) : no_token;
    if (id == no_token) entry.fail("\"" + spelled + "\" is not in the vocabulary");
    return id;
  };
  const std::string left_token(left), right_token(right);
  return {token(left_token), token(right_token), token(left_token + right_token)};
}

MergeTable read_merges(const JsonReader& list, const Vocabulary& vocabulary) {
  const std::size_t count = list.array().size();
  if (count > MergeTable::most_merges) list.fail(std::to_string(count) + " merges are too many");
  std::vector<MergeTable::Merge> merges;
  merges.reserve(count);
  for (std::size_t i = 0; i < count; ++i) merges.push_back(read_merge(list[i], vocabulary));
  const MergeTable table(merges);
  for (std::size_t i = 0; i < count; ++i) {
    if (table.find(merges[i].left, merges[i].right) != i) list[i].fail("this merge is there twice");
  }
  return table;
}

/// The steps of a pre-tokenizer or a normalizer, with those of its sequences.
void collect_steps(const JsonReader& step, std::string_view members, std::vector<JsonReader>& steps) {
  if (step.is_null()) return;
  if (step["type"].string() != "Sequence") {
    steps.push_back(step);
    return;
  }
  const JsonReader list = step[members];
  for (std::size_t i = 0; i < list.array().size(); ++i) collect_steps(list[i], members, steps);
}

bool is_null_or_empty(const JsonReader& text) { return text.is_null() || text.string().empty(); }

/// Refuses what would cut, mark or merge tokens in ways that are not known here.
void require_plain_bpe(const JsonReader& model) {
  for (const char* const key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!is_null_or_empty(model[key])) model[key].fail("only byte-level BPE without such marks is supported");
  }
  if (!model["dropout"].is_null())
    model["dropout"].fail("merges that are dropped at random can't be counted");
  if (model["byte_fallback"].boolean_or(false)) {
    model["byte_fallback"].fail("a model of SentencePiece kind: give its tokenizer.model");
  }
}

bool read_nfc(const JsonReader& normalizer) {
  std::vector<JsonReader> steps;
  collect_steps(normalizer, "normalizers", steps);
  for (const JsonReader& step : steps) {
    if (step["type"].string() != "NFC") {
      step["type"].fail("the normalizer \"" + std::string(step["type"].string()) + "\" is not supported");
    }
  }
  return !steps.empty();
}

const Pretokenizer& pretokenizer_of_split(const JsonReader& split) {
  const JsonReader regex = split["pattern"]["Regex"];
  const Pretokenizer* const known = pretokenizer_of_regex(regex.string());
  if (known == nullptr) {
    regex.fail("unknown regex " + std::string(regex.string()) + "\nIf it is the same as one of " +
               pretokenizer_names() + ", name that as the pre-tokenizer");
  }
  // The matches are the pieces, whether it says so or that what is no match goes; the known ones match all.
  const std::string_view behavior = split["behavior"].string();
  const bool invert = split["invert"].boolean_or(false);
  if (!(behavior == "Isolated" && !invert) && !(behavior == "Removed" && invert)) {
    split["behavior"].fail("\"" + std::string(behavior) + "\" is not supported");
  }
  return *known;
}

/// The pre-tokenizer is a regex and then the bytes, or GPT-2's, which is in the step for the bytes.
const Pretokenizer& read_pretokenizer(const JsonReader& pretokenizer) {
  std::vector<JsonReader> steps;
  collect_steps(pretokenizer, "pretokenizers", steps);
  const auto type = [&](std::size_t i) { return steps[i]["type"].string(); };
  const bool with_split = steps.size() == 2 && type(0) == "Split";
  if (!with_split && steps.size() != 1) {
    pretokenizer.fail("only ByteLevel, and a Split before it, are supported");
  }
  const JsonReader& bytes = steps.back();
  if (bytes["type"].string() != "ByteLevel") {
    bytes["type"].fail("\"" + std::string(bytes["type"].string()) +
                       "\" is not supported: not byte-level BPE");
  }
  if (bytes["add_prefix_space"].boolean_or(true)) bytes["add_prefix_space"].fail("must be false");
  if (bytes["use_regex"].boolean_or(true) == with_split) {
    bytes["use_regex"].fail("must be true without a Split, and false after one");
  }
  return with_split ? pretokenizer_of_split(steps.front()) : gpt2_pretokenizer;
}

}  // namespace

std::shared_ptr<const ModelTokenizer> load_tokenizer_json(std::string_view content, const std::string& file,
                                                          const TokenizerOptions& options) {
  const boost::json::value document = text::parse_json(content, file);
  const JsonReader root(document, file);
  const JsonReader model = root["model"];
  if (model["type"].string() != "BPE") {
    model["type"].fail("\"" + std::string(model["type"].string()) + "\" is not supported: only BPE is");
  }
  require_plain_bpe(model);

  BpeTokenizer::Rules rules;
  rules.added = read_added_tokens(root["added_tokens"]);
  rules.nfc = read_nfc(root["normalizer"]);
  rules.parse_special = options.parse_special;
  const Pretokenizer& pretokenizer = options.pre_tokenizer.empty()
                                         ? read_pretokenizer(root["pre_tokenizer"])
                                         : named_pretokenizer(options.pre_tokenizer);
  Vocabulary vocabulary = read_vocabulary(model["vocab"], rules.added);
  MergeTable merges = read_merges(model["merges"], vocabulary);
  Bpe bpe(std::move(vocabulary), std::move(merges), model["ignore_merges"].boolean_or(false));
  return std::make_shared<const BpeTokenizer>(std::move(bpe), pretokenizer, rules);
}

}  // namespace llmload::tokenize
