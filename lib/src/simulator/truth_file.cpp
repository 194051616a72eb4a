#include "simulator/truth_file.hpp"

#include <charconv>

#include "llmload/error.hpp"

namespace llmload::simulator {
namespace {

constexpr std::size_t flush_at = 64 * 1024;

void append(std::int64_t number, std::string& to) {
  char digits[20];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

TruthLine::TruthLine(std::string_view id) : text_(R"({"id":")") {
  text_ += id;
  text_ += R"(","events":[)";
}

void TruthLine::add(std::int64_t at, unsigned tokens) {
  text_ += any_ ? ",[" : "[";
  any_ = true;
  append(at, text_);
  text_ += ',';
  append(tokens, text_);
  text_ += ']';
}

std::string_view TruthLine::finish() {
  text_ += "]}\n";
  return text_;
}

TruthFile::TruthFile(const std::string& path) : file_(path, std::ios::binary) {
  if (!file_) throw InputError(path + ": can't be written");
}

void TruthFile::add(std::string_view line) {
  waiting_ += line;
  if (waiting_.size() >= flush_at) flush();
}

void TruthFile::flush() {
  file_ << waiting_ << std::flush;
  waiting_.clear();
}

}  // namespace llmload::simulator
