#include "protocol/http/chunk_reader.hpp"

#include <algorithm>

namespace llmload::protocol {
namespace {

constexpr std::uint64_t most_before_a_digit = UINT64_MAX >> 4;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

ChunkReader::State ChunkReader::take(std::string_view& bytes) {
  while (!bytes.empty()) {
    if (part_ == Part::data) {
      data_ = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      bytes.remove_prefix(data_.size());
      left_ -= data_.size();
      if (left_ == 0) part_ = Part::end_of_data;
      return State::data;
    }
    if (take_usual(bytes)) continue;
    const char c = bytes.front();
    bytes.remove_prefix(1);
    State state = State::more;
    switch (part_) {
      case Part::size:
      case Part::blanks:
      case Part::extension: state = take_size_byte(c); break;
      case Part::end_of_data: state = take_end(c); break;
      case Part::trailer: state = take_trailer_byte(c); break;
      case Part::data: break;
    }
    if (state != State::more) return state;
  }
  return State::more;
}

/// What is between the data of two chunks almost always, at once: line end, digits, line end. False: byte by
/// byte.
bool ChunkReader::take_usual(std::string_view& bytes) {
  if (part_ == Part::end_of_data && !was_cr_ && bytes.starts_with("\r\n")) {
    bytes.remove_prefix(2);
    part_ = Part::size;
    return true;
  }
  if (part_ != Part::size || line_bytes_ != 0) return false;
  constexpr std::size_t most_digits = 8;
  std::uint64_t size = 0;
  std::size_t digits = 0;
  for (; digits < std::min(bytes.size(), most_digits) && hex_digit(bytes[digits]) >= 0; ++digits)
    size = size << 4 | static_cast<unsigned>(hex_digit(bytes[digits]));
  if (size == 0 || !bytes.substr(digits).starts_with("\r\n")) return false;
  bytes.remove_prefix(digits + 2);
  left_ = size;
  part_ = Part::data;
  return true;
}

ChunkReader::State ChunkReader::take_size_byte(char c) {
  if (++line_bytes_ > line_limit) return State::too_large;
  if (c == '\n' && has_digit_) {
    line_bytes_ = 0;
    has_digit_ = was_cr_ = false;
    part_ = left_ == 0 ? Part::trailer : Part::data;
    return State::more;
  }
  if (was_cr_) return State::bad;
  const int digit = part_ == Part::size ? hex_digit(c) : -1;
  if (digit >= 0) {
    if (left_ > most_before_a_digit) return State::bad;
    left_ = left_ << 4 | static_cast<unsigned>(digit);
    has_digit_ = true;
    return State::more;
  }
  if (!has_digit_) return State::bad;
  was_cr_ = c == '\r';
  if (c == ';') part_ = Part::extension;
  if (was_cr_ || part_ == Part::extension) return State::more;
  part_ = Part::blanks;
  return c == ' ' || c == '\t' ? State::more : State::bad;
}

ChunkReader::State ChunkReader::take_end(char c) {
  if (c == '\r' && !was_cr_) {
    was_cr_ = true;
    return State::more;
  }
  if (c != '\n') return State::bad;
  was_cr_ = false;
  part_ = Part::size;
  return State::more;
}

ChunkReader::State ChunkReader::take_trailer_byte(char c) {
  if (++line_bytes_ > line_limit) return State::too_large;
  if (c == '\n' && !line_has_text_) return State::done;
  if (c == '\n')
    line_has_text_ = false;
  else if (c != '\r')
    line_has_text_ = true;
  return State::more;
}

}  // namespace llmload::protocol
