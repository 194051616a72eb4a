#include "tokenize/sentencepiece/sentencepiece_model.hpp"

#include <sentencepiece_processor.h>

#include <cstdint>
#include <exception>
#include <vector>

#include "llmload/error.hpp"
#include "tokenize/sentencepiece/character_map.hpp"
#include "tokenize/sentencepiece/sentencepiece_bpe.hpp"
#include "tokenize/sentencepiece/sentencepiece_proto.hpp"

namespace llmload::tokenize {
namespace {

/// The byte that a piece "<0x0A>" stands for.
char byte_in(const std::string& piece) {
  return static_cast<char>(std::stoi(piece.substr(std::string_view("<0x").size(), 2), nullptr, 16));
}

/// In bytes; libsentencepiece's trie goes as deep into the stack as a piece is long.
constexpr std::size_t longest_piece = 4096;

class SentencePieceTokenizer final : public ModelTokenizer {
 public:
  SentencePieceTokenizer(std::string_view content, const std::string& file) {
    const auto proto = read_sentencepiece_proto(content);
    if (!proto) refuse(file, "no such message, or too many pieces");
    if (!is_sound_character_map(proto->character_map)) refuse(file, "its character map is broken");
    for (const SentencePieceProto::Piece& piece : proto->pieces) {
      if (piece.text.size() > longest_piece)
        refuse(file, "a piece of " + std::to_string(piece.text.size()) + " bytes is too long");
    }
    load(content, file);
    try {
      bpe_ = make_sentencepiece_bpe(*proto);
    } catch (const InputError& error) {
      refuse(file, error.what());
    }
    dummy_prefix_ = proto->add_dummy_prefix;
  }

  std::size_t count(std::string_view text) const override {
    return bpe_ ? bpe_->count(sentencepiece_text(text, dummy_prefix_)) : ids_of(text).size();
  }

  std::size_t cut(std::string_view text) const override { return bpe_ ? bpe_->cut(text) : 0; }

  std::size_t count_rest(std::string_view text) const override {
    return bpe_ ? bpe_->count(sentencepiece_text(text, false)) : count(text);
  }

  std::vector<std::uint32_t> encode(std::string_view text) const override {
    if (bpe_) return ids_of_normalized(sentencepiece_text(text, dummy_prefix_));
    const std::vector<int> ids = ids_of(text);
    return {ids.begin(), ids.end()};
  }

  std::vector<std::uint32_t> encode_rest(std::string_view text) const override {
    return bpe_ ? ids_of_normalized(sentencepiece_text(text, false)) : encode(text);
  }

  std::string piece(std::uint32_t id) const override {
    const int number = static_cast<int>(id);
    if (processor_.IsControl(number) || processor_.IsUnknown(number)) return {};
    const std::string& piece = processor_.IdToPiece(number);
    return processor_.IsByte(number) ? std::string(1, byte_in(piece)) : with_spaces(piece);
  }

  std::size_t size() const override { return static_cast<std::size_t>(processor_.GetPieceSize()); }

  std::string description() const override { return "SentencePiece, " + std::to_string(size()) + " pieces"; }

 private:
  [[noreturn]] static void refuse(const std::string& file, std::string_view problem) {
    throw InputError(file + ": not a SentencePiece model, or a truncated one: " + std::string(problem));
  }

  void load(std::string_view content, const std::string& file) {
    sentencepiece::util::Status status;
    try {
      status = processor_.LoadFromSerializedProto(content);
    } catch (const std::exception& error) {  // of its trie, for pieces with zero bytes
      refuse(file, error.what());
    }
    if (!status.ok()) refuse(file, status.error_message());
  }

  std::vector<std::uint32_t> ids_of_normalized(std::string_view text) const {
    std::vector<std::uint32_t> ids;
    ids.reserve(text.size() / 3 + 8);  // prose has about 4 bytes a token
    bpe_->append(text, ids);
    return ids;
  }

  // Encode() reports errors of the model only, and a broken model does not get past the constructor. Invalid
  // UTF-8 is no error: the library reads each such byte as U+FFFD.
  std::vector<int> ids_of(std::string_view text) const {
    std::vector<int> ids;
    processor_.Encode(text, &ids).IgnoreError();
    return ids;
  }

  sentencepiece::SentencePieceProcessor processor_;
  std::optional<SentencePieceBpe> bpe_;  // many times as fast, where it knows the model's rules
  bool dummy_prefix_ = true;
};

}  // namespace

std::shared_ptr<const ModelTokenizer> load_sentencepiece(std::string_view content, const std::string& file,
                                                         const TokenizerOptions& options) {
  if (!options.pre_tokenizer.empty())
    throw InputError(file + ": a SentencePiece model has no pre-tokenizer that could be named");
  if (options.parse_special) {
    throw InputError(file +
                     ": special tokens can't be parsed: a SentencePiece model does not say which texts are "
                     "such; give the model's tokenizer.json");
  }
  return std::make_shared<const SentencePieceTokenizer>(content, file);
}

}  // namespace llmload::tokenize
