#pragma once

#include <cstdint>
#include <iosfwd>
#include <llmload/tokenizer.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace llmload::cli {

/// What is told of a text's tokens.
enum class Show { count, ids, pieces };

/// A text as JSON writes a string. A byte that belongs to no whole character, as in a token that is a part of
/// one, is <0xF0>; what a terminal would obey is \u009b.
std::string in_quotes(std::string_view bytes);

/// The line for one text of JSONL: a number, [1,2], or ["a","b"].
std::string jsonl_line(const ModelTokenizer& tokenizer, std::string_view text, Show show);

/// Writes the tokens of a text that comes in parts: its ids on one line, its pieces a line each with their
/// ids. Only what later text may change waits in memory.
class TokenPrinter {
 public:
  TokenPrinter(const ModelTokenizer& tokenizer, Show show, std::ostream& out)
      : tokenizer_(tokenizer), show_(show), out_(out), cutter_(tokenizer) {}

  void add(std::string_view text) { print(cutter_.add(text)); }
  void end();

 private:
  void print(const StreamCutter::Part& part);

  const ModelTokenizer& tokenizer_;
  const Show show_;
  std::ostream& out_;
  StreamCutter cutter_;
  bool any_ = false;
};

}  // namespace llmload::cli
