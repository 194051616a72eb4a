#include "tokenize/sentencepiece/sentencepiece_json.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenize/formats/json_bpe.hpp"
#include "tokenize/sentencepiece/sentencepiece_bpe.hpp"

namespace llmload::tokenize {
namespace {

/// Before which of the texts between added tokens a space is put.
struct Prefix {
  bool before_first = true;
  bool before_others = true;
  bool before_spaces = true;  // also where there is one already
};

class SentencePieceJson final : public ModelTokenizer {
 public:
  SentencePieceJson(SentencePieceBpe bpe, Prefix prefix, std::vector<AddedToken> added, bool parse_special)
      : bpe_(std::move(bpe)),
        prefix_(prefix),
        found_(added, parse_special),
        added_(std::move(added), parse_special) {}

  std::size_t count(std::string_view text) const override {
    std::size_t count = 0;
    walk(
        text, [&](std::string_view normalized) { count += bpe_.count(normalized); },
        [&](TokenId) { ++count; });
    return count;
  }

  std::size_t cut(std::string_view text) const override { return found_.empty() ? bpe_.cut(text) : 0; }

  std::size_t count_rest(std::string_view text) const override {
    return bpe_.count(sentencepiece_text(text, false));
  }

  std::vector<std::uint32_t> encode(std::string_view text) const override {
    std::vector<TokenId> ids;
    walk(
        text, [&](std::string_view normalized) { bpe_.append(normalized, ids); },
        [&](TokenId id) { ids.push_back(id); });
    return ids;
  }

  std::vector<std::uint32_t> encode_rest(std::string_view text) const override {
    std::vector<TokenId> ids;
    bpe_.append(sentencepiece_text(text, false), ids);
    return ids;
  }

  std::string piece(std::uint32_t id) const override {
    if (auto added = added_.piece(id)) return *std::move(added);
    return bpe_.piece(id);
  }

  std::size_t size() const override { return bpe_.size(); }

  std::string description() const override {
    return "tokenizer.json, " + std::to_string(size()) + " ids, of SentencePiece kind";
  }

 private:
  template <typename TakeText, typename TakeToken>
  void walk(std::string_view text, TakeText take_text, TakeToken take_token) const {
    const auto take_part = [&](std::string_view part) {
      const bool wanted = part.data() == text.data() ? prefix_.before_first : prefix_.before_others;
      const bool has_space = part.starts_with(' ') || part.starts_with("\u2581");
      take_text(sentencepiece_text(part, wanted && (prefix_.before_spaces || !has_space)));
    };
    split(found_, text, take_part, take_token);
  }

  SentencePieceBpe bpe_;
  Prefix prefix_;
  AddedTokens found_;
  AddedPieces added_;
};

std::optional<std::string> spelled_with_spaces(std::string_view token) {
  if (token.find(' ') != std::string_view::npos)
    return std::nullopt;  // no text has one once it is normalized
  return sentencepiece_text(token, false);
}

std::array<TokenId, 256> read_byte_tokens(const JsonReader& vocabulary) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::array<TokenId, 256> tokens;
  for (std::size_t byte = 0; byte < tokens.size(); ++byte) {
    tokens[byte] = vocabulary[std::string("<0x") + digits[byte / 16] + digits[byte % 16] + '>'].id();
  }
  return tokens;
}

/// Space to U+2581, with a space put first or not: as normalizer or as pre-tokenizer.
Prefix read_prefix(const JsonReader& root) {
  const std::vector<JsonReader> normalizers = steps_of(root["normalizer"], "normalizers");
  const std::vector<JsonReader> pretokenizers = steps_of(root["pre_tokenizer"], "pretokenizers");
  const auto is = [](const JsonReader& text, std::string_view wanted) {
    return text.is_string() && text.string() == wanted;
  };
  const auto replaces_spaces = [&](const JsonReader& step) {
    return is(step["type"], "Replace") && is(step["pattern"]["String"], " ") && is(step["content"], "\u2581");
  };
  if (pretokenizers.empty() && normalizers.size() == 2 && is(normalizers[0]["type"], "Prepend") &&
      is(normalizers[0]["prepend"], "\u2581") && replaces_spaces(normalizers[1])) {
    return {};
  }
  if (pretokenizers.empty() && normalizers.size() == 1 && replaces_spaces(normalizers[0])) {
    return {false, false, false};
  }
  if (normalizers.empty() && pretokenizers.size() == 1 && is(pretokenizers[0]["type"], "Metaspace") &&
      is(pretokenizers[0]["replacement"], "\u2581") && !pretokenizers[0]["split"].boolean_or(true)) {
    const JsonReader given = pretokenizers[0]["prepend_scheme"];
    const std::string_view scheme = given.is_null() ? "always" : given.string();
    return {scheme == "first" || scheme == "always", scheme == "always", false};
  }
  root["normalizer"].fail(
      "together with this pre_tokenizer it is not supported: for a model of SentencePiece kind known are "
      "Prepend "
      "and Replace, Replace alone, and Metaspace without split");
}

}  // namespace

std::shared_ptr<const ModelTokenizer> load_sentencepiece_json(const JsonReader& root,
                                                              const TokenizerOptions& options) {
  const JsonReader model = root["model"];
  if (!options.pre_tokenizer.empty()) {
    root["pre_tokenizer"].fail("a model of SentencePiece kind has no pre-tokenizer that could be named");
  }
  if (model["ignore_merges"].boolean_or(false)) model["ignore_merges"].fail("must be false");
  const Prefix prefix = read_prefix(root);
  std::vector<AddedToken> added = read_added_tokens(root["added_tokens"]);
  for (const AddedToken& token : added) {
    if (token.normalized && (options.parse_special || !token.special)) {
      root["added_tokens"].fail("\"" + token.content + "\" is normalized, which is not supported here");
    }
  }
  Vocabulary vocabulary = read_vocabulary(model["vocab"], added, spelled_with_spaces);
  MergeTable merges = read_merges(model["merges"], vocabulary, spelled_with_spaces);
  const std::size_t pieces = vocabulary.size();
  SentencePieceBpe bpe({std::move(vocabulary), std::move(merges), pieces, read_byte_tokens(model["vocab"])});
  return std::make_shared<const SentencePieceJson>(std::move(bpe), prefix, std::move(added),
                                                   options.parse_special);
}

}  // namespace llmload::tokenize
