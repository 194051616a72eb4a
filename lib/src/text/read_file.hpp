#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <string_view>

namespace llmload::text {

inline constexpr std::uint64_t kib = 1024, mib = 1024 * kib;

/// A file that is open for reading. Whatever fails is an InputError with its name and the system's reason: a
/// disk's error is no end of the file.
class InputFile {
 public:
  /// Throws also where it is a directory.
  explicit InputFile(std::string path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// The next bytes, as many as there are and fit into `block`; 0 is the end.
  std::size_t read(std::span<char> block);
  /// Likewise from `offset` on, of a file that has places; from several threads, too.
  std::size_t read_at(std::uint64_t offset, std::span<char> block) const;
  /// Bytes, where that is known: 0 for a pipe or a device.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Its length or its time of writing is another one than when it was opened.
  [[nodiscard]] bool changed() const;

 private:
  [[noreturn]] void fail() const;

  std::string path_;
  int fd_;
  std::uint64_t size_ = 0;
  timespec written_ = {};
};

/// The whole file, of `most` bytes at most: a device has no end. Throws InputError where it can't be read, is
/// larger, or is of a kind that none of our readers takes (text/file_kind.hpp).
std::string read_file(const std::string& path, std::uint64_t most = 64 * mib);

/// Reads a file line by line. A line that is longer than `longest` bytes is an InputError: so is a device.
class LineReader {
 public:
  LineReader(std::string path, std::uint64_t longest) : file_(std::move(path)), longest_(longest) {}

  /// The next line, without its line end; false where there is none.
  bool next(std::string& line);
  /// The line that next() gave has a line end: it is not cut off.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  InputFile file_;
  std::uint64_t longest_;
  std::array<char, 64 * kib> block_;
  std::string_view rest_;  // of block_
  bool ended_ = false;
};

}  // namespace llmload::text
