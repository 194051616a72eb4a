#pragma once

#include <cstddef>
#include <cstdint>
#include <llmload/export.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace llmload {

class ModelTokenizer;

/// Counts the tokens of a text. Plug in your own by deriving from it.
/// Threads:  count() may be called from several threads at once.
/// Errors:   invalid UTF-8 is counted byte by byte, never an exception. What your own throws all the same, of
///           any type, leaves an answer's tokens unknown, which RunResult::errors says; where a plan's quota
///           asks for a prompt's tokens, it ends the run and comes out of run().
/// Lifetime: shared with the plan that uses it.
class LLMLOAD_EXPORT Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Tokens of the whole `text`, without BOS or any other token that `text` does not spell. Special-token
  /// text ("<|eot_id|>") is plain text.
  virtual std::size_t count(std::string_view text) const = 0;

  /// A place to cut `text` so that the count is that of both parts, whatever follows `text`:
  /// count(before the cut) + count_rest(after it). As far on as is known; 0 is always right.
  virtual std::size_t cut(std::string_view text) const;

  /// Tokens of `text`, which was cut from the one before it.
  virtual std::size_t count_rest(std::string_view text) const;

  /// Itself where it has a vocabulary, which tells where each token ends; else null.
  virtual const ModelTokenizer* model() const noexcept { return nullptr; }
};

/// Cuts a text that comes in pieces, which end anywhere, also inside a character, into parts whose tokens no
/// later text can change. It keeps only what is not settled: of usual text a few words, but all of a text
/// that can't be cut, and throws InputError at 512 MiB of that. One thread at a time; the tokenizer must
/// outlive it.
class LLMLOAD_EXPORT StreamCutter {
 public:
  /// Some of the text, for count() where it is the first part, and else for count_rest().
  struct Part {
    std::string_view text;
    bool first = true;
  };

  /// Of a text that has not begun.
  explicit StreamCutter(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  /// Takes the text that comes next; gives what is settled now and was not before, which may be nothing. It
  /// is valid until the next call.
  Part add(std::string_view piece);

  /// What is not settled, or was not looked at yet.
  Part rest() const { return {std::string_view(pending_).substr(given_), !was_cut_}; }

 private:
  const Tokenizer& tokenizer_;
  std::string pending_;
  std::size_t given_ = 0;  // bytes at the front of pending_ that the last add() gave
  bool was_cut_ = false;
  std::size_t next_try_ = 0;  // the size of what is pending from which on it is looked at again
};

/// Counts the tokens of a text that comes in pieces: as many as of the whole. As StreamCutter otherwise.
class LLMLOAD_EXPORT StreamCounter {
 public:
  /// Of a text that has not begun; `tokenizer` must outlive it.
  explicit StreamCounter(const Tokenizer& tokenizer) : tokenizer_(tokenizer), cutter_(tokenizer) {}

  /// Takes the text that comes next.
  void add(std::string_view piece) { settled_ += count(cutter_.add(piece)); }

  /// Tokens that no later text can change; it never falls, and is at most total().
  std::size_t settled() const { return settled_; }

  /// Tokens of all text so far: what count() gives for the whole.
  std::size_t total() const { return settled_ + count(cutter_.rest()); }

 private:
  std::size_t count(const StreamCutter::Part& part) const;

  const Tokenizer& tokenizer_;
  StreamCutter cutter_;
  std::size_t settled_ = 0;
};

/// A tokenizer with its vocabulary, read from a model's file.
class LLMLOAD_EXPORT ModelTokenizer : public Tokenizer {
 public:
  /// The ids of `text`, under the rules of count().
  virtual std::vector<std::uint32_t> encode(std::string_view text) const = 0;

  /// The ids of `text`, which was cut from the one before it: what encode() gives for both together is
  /// encode(before the cut) and then these.
  virtual std::vector<std::uint32_t> encode_rest(std::string_view text) const;

  /// The bytes that token `id` stands for, with SentencePiece's U+2581 as a space; empty for a control or a
  /// special token that no text is read as. `id` must be less than size().
  virtual std::string piece(std::uint32_t id) const = 0;

  /// Number of ids in the vocabulary.
  virtual std::size_t size() const = 0;

  /// What was loaded, for people: "tiktoken, 128000 ranks, llama3 pre-tokenizer".
  virtual std::string description() const = 0;

  const ModelTokenizer* model() const noexcept final { return this; }
};

/// Where a MODEL_PATH leads: `file` is the tokenizer's file, empty where none was found; `tried` lists each
/// path that was looked at, in order.
struct TokenizerLocation {
  std::string file;
  std::vector<std::string> tried;
};

/// Looks for a tokenizer: `model_path` is a file, a model's directory (tokenizer.json,
/// tokenizer.model or original/tokenizer.model), or an "org/name" in the local Hugging Face cache
/// ($HF_HUB_CACHE, $HF_HOME/hub, $XDG_CACHE_HOME/huggingface/hub, ~/.cache/huggingface/hub). Nothing is
/// downloaded. Throws InputError where the cache's note of the snapshot that counts is there and can't be
/// read.
[[nodiscard]] LLMLOAD_EXPORT TokenizerLocation find_tokenizer(std::string_view model_path);

/// What a tokenizer's file leaves open, or can be read otherwise.
struct TokenizerOptions {
  /// How text is cut before it is merged: "llama3", "cl100k", "o200k", "qwen2", "tekken" or "gpt2". Empty: as
  /// the regex in a tokenizer.json says, or as the number of a tiktoken file's ranks tells.
  std::string pre_tokenizer;

  /// Whether the text of a special token is that token, rather than plain text. Only for a tokenizer.json,
  /// which says what is special; added tokens that are not special are always found.
  bool parse_special = false;
};

/// Reads a tokenizer's file; the format is told by its first byte ({: tokenizer.json, 0x0A: SentencePiece,
/// base64: tiktoken). Throws InputError, with the line or the JSON pointer where there is one, for a file
/// that can't be read, is broken, or needs what is not supported, and for options that don't fit it.
LLMLOAD_EXPORT std::shared_ptr<const ModelTokenizer> load_tokenizer(const std::string& file,
                                                                    const TokenizerOptions& options = {});

/// Both: finds the tokenizer of `model_path` and reads it. Throws InputError also where there is none, naming
/// the paths that were tried.
LLMLOAD_EXPORT std::shared_ptr<const ModelTokenizer> open_tokenizer(std::string_view model_path,
                                                                    const TokenizerOptions& options = {});

}  // namespace llmload
