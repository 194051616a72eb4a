#include "tokenize/formats/tokenizer_json.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "llmload/error.hpp"
#include "text/json_text.hpp"
#include "tokenize/bytelevel/bpe_tokenizer.hpp"
#include "tokenize/bytelevel/byte_alphabet.hpp"
#include "tokenize/bytelevel/pretokenizer.hpp"
#include "tokenize/formats/json_bpe.hpp"
#include "tokenize/sentencepiece/sentencepiece_json.hpp"

namespace llmload::tokenize {
namespace {

/// The byte-level vocabulary must spell any text.
void require_single_bytes(const JsonReader& list, const Vocabulary& vocabulary) {
  for (int value = 0; value < 256; ++value) {
    const char byte = static_cast<char>(value);
    if (vocabulary.find({&byte, 1}) == no_token) {
      list.fail("no token for the single byte " + std::to_string(value) + ": not a byte-level vocabulary");
    }
  }
}

bool is_null_or_empty(const JsonReader& text) { return text.is_null() || text.string().empty(); }

/// Names the members, so that one sees what the file is instead.
void require_model(const JsonReader& root) {
  if (!root["model"].is_null()) return;
  std::string members;
  for (const auto& member : root.object()) {
    if (members.size() > 100) {
      members += " ...";
      break;
    }
    members += (members.empty() ? "\"" : ", \"") + std::string(member.key()) + '"';
  }
  root.fail("no tokenizer.json: it has no \"model\"" + (members.empty() ? "" : ", but " + members));
}

/// Older files do not say the type, as GPT-2's; the reference takes one with vocabulary and merges for BPE.
void require_bpe(const JsonReader& model) {
  const JsonReader type = model["type"];
  if (!type.is_null()) {
    if (type.string() != "BPE")
      type.fail("\"" + std::string(type.string()) + "\" is not supported: only BPE is");
  } else if (model["vocab"].is_null() || model["merges"].is_null()) {
    type.fail("missing, and the model is no BPE, the only type that is supported: that has vocab and merges");
  }
}

/// Refuses what would cut, mark or merge tokens in ways that are not known here.
void require_plain_bpe(const JsonReader& model) {
  for (const char* const key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!is_null_or_empty(model[key])) model[key].fail("only byte-level BPE without such marks is supported");
  }
  if (!model["dropout"].is_null_or_zero())
    model["dropout"].fail("merges that are dropped at random can't be counted");
}

bool read_nfc(const JsonReader& normalizer) {
  const std::vector<JsonReader> steps = steps_of(normalizer, "normalizers");
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
  const std::vector<JsonReader> steps = steps_of(pretokenizer, "pretokenizers");
  const auto type = [&](std::size_t i) { return steps[i]["type"].string(); };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (type(i) == "Split") pretokenizer_of_split(steps[i]);  // an unknown regex is what to know first
  }
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
  require_model(root);
  const JsonReader model = root["model"];
  require_bpe(model);
  require_plain_bpe(model);

  if (model["byte_fallback"].boolean_or(false)) return load_sentencepiece_json(root, options);

  BpeTokenizer::Rules rules;
  rules.added = read_added_tokens(root["added_tokens"]);
  rules.nfc = read_nfc(root["normalizer"]);
  rules.parse_special = options.parse_special;
  const Pretokenizer& pretokenizer = options.pre_tokenizer.empty()
                                         ? read_pretokenizer(root["pre_tokenizer"])
                                         : named_pretokenizer(options.pre_tokenizer);
  Vocabulary vocabulary = read_vocabulary(model["vocab"], rules.added, from_byte_alphabet);
  require_single_bytes(model["vocab"], vocabulary);
  MergeTable merges = read_merges(model["merges"], vocabulary, from_byte_alphabet);
  Bpe bpe(std::move(vocabulary), std::move(merges), model["ignore_merges"].boolean_or(false));
  return std::make_shared<const BpeTokenizer>(std::move(bpe), pretokenizer, rules);
}

}  // namespace llmload::tokenize
