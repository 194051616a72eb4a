#include "token_output.hpp"

#include <array>
#include <cstdio>
#include <llmload/printable.hpp>
#include <ostream>

namespace llmload::cli {
namespace {

/// Of the UTF-8 character at the front; 1 also for a byte that begins none that is whole.
std::size_t character_size(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes.front());
  const std::size_t size = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
  if (bytes.size() < size) return 1;
  for (std::size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xC0U) != 0x80) return 1;
  }
  return size;
}

std::string formatted(const char* format, unsigned value) {
  std::array<char, 16> text;
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// Of a character of 2 or 3 bytes.
unsigned code_point(std::string_view character) {
  unsigned value = static_cast<unsigned char>(character.front()) & (character.size() == 2 ? 0x1FU : 0x0FU);
  for (const char c : character.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return value;
}

/// A terminal obeys it rather than showing it.
bool is_control(std::string_view character) { return printable(character) != character; }

std::vector<std::uint32_t> ids_of(const ModelTokenizer& tokenizer, const StreamCutter::Part& part) {
  if (part.text.empty()) return {};
  return part.first ? tokenizer.encode(part.text) : tokenizer.encode_rest(part.text);
}

}  // namespace

std::string in_quotes(std::string_view bytes) {
  std::string text = "\"";
  while (!bytes.empty()) {
    const std::size_t size = character_size(bytes);
    const auto byte = static_cast<unsigned char>(bytes.front());
    if (byte == '"' || byte == '\\') {
      text += {'\\', static_cast<char>(byte)};
    } else if (byte == '\n') {
      text += "\\n";
    } else if (byte == '\t') {
      text += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      text += formatted("\\u%04x", byte);
    } else if (byte >= 0x80 && size == 1) {
      text += formatted("<0x%02X>", byte);
    } else if ((size == 2 || size == 3) && is_control(bytes.substr(0, size))) {
      text += formatted("\\u%04x", code_point(bytes.substr(0, size)));
    } else {
      text += bytes.substr(0, size);
    }
    bytes.remove_prefix(size);
  }
  return text + '"';
}

std::string jsonl_line(const ModelTokenizer& tokenizer, std::string_view text, Show show) {
  if (show == Show::count) return std::to_string(tokenizer.count(text));
  std::string line = "[";
  for (const std::uint32_t id : tokenizer.encode(text)) {
    if (line.size() > 1) line += ',';
    line += show == Show::ids ? std::to_string(id) : in_quotes(tokenizer.piece(id));
  }
  return line + ']';
}

void TokenPrinter::print(const StreamCutter::Part& part) {
  std::string text;
  for (const std::uint32_t id : ids_of(tokenizer_, part)) {
    if (show_ == Show::pieces) {
      text += std::to_string(id) + '\t' + in_quotes(tokenizer_.piece(id)) + '\n';
    } else {
      if (any_) text += ' ';
      text += std::to_string(id);
    }
    any_ = true;
  }
  out_ << text;
}

void TokenPrinter::end() {
  print(cutter_.rest());
  if (show_ == Show::ids) out_ << '\n';
}

}  // namespace llmload::cli
