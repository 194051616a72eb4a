#include "simulator/truth_file.hpp"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>

#include "llmload/error.hpp"

namespace llmload::simulator {
namespace {

constexpr std::size_t flush_at = 64 * 1024;

void append(std::int64_t number, std::string& to) {
  char digits[20];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}
void append(net::Time time, std::string& to) {
  append(std::chrono::nanoseconds(time.time_since_epoch()).count(), to);
}

}  // namespace

TruthLine::TruthLine(std::string_view id, net::Time received) : text_(R"({"id":")") {
  text_ += id;
  text_ += R"(","received":)";
  append(received, text_);
  text_ += R"(,"events":[)";
}

void TruthLine::add(net::Time at, unsigned tokens, std::optional<net::Time> due) {
  text_ += any_ ? ",[" : "[";
  any_ = true;
  append(at, text_);
  text_ += ',';
  append(tokens, text_);
  if (due) {
    text_ += ',';
    append(*due, text_);
  }
  text_ += ']';
}

std::string_view TruthLine::finish(net::Time done, std::optional<net::Time> due) {
  text_ += R"(],"done":)";
  append(done, text_);
  if (due) {
    text_ += R"(,"due":)";
    append(*due, text_);
  }
  text_ += "}\n";
  return text_;
}

TruthFile::TruthFile(const std::string& path) : file_(path, std::ios::binary) {
  if (!file_) throw InputError(path + ": can't be written: " + std::strerror(errno));
}

void TruthFile::add(std::string_view line) {
  waiting_ += line;
  if (waiting_.size() >= flush_at) flush();
}

void TruthFile::flush() {
  file_ << waiting_ << std::flush;
  note_error();
  waiting_.clear();
}

void TruthFile::close() {
  if (!file_.is_open()) return;
  flush();
  file_.close();
  note_error();
}

void TruthFile::note_error() {
  if (!file_ && error_.empty()) error_ = std::strerror(errno);
}

}  // namespace llmload::simulator
