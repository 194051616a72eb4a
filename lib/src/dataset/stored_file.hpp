#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "text/read_file.hpp"

namespace llmload::dataset {

/// A file that is read where it is needed. What has no places, as a pipe, is read as a whole, up to 512 MiB.
/// Const functions may be called by several threads at once.
class StoredFile {
 public:
  /// Throws InputError where it can't be read, or is of a kind that none of our readers takes.
  explicit StoredFile(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// The bytes from `offset` on: `count`, or up to the end. Throws InputError where they can't be read,
  /// or where the file was written since it was opened.
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t count) const;
  /// Likewise into `bytes`, whose memory is used again.
  void read(std::uint64_t offset, std::size_t count, std::string& bytes) const;

 private:
  std::string path_;
  std::optional<text::InputFile> file_;
  std::string whole_;  // where it has no places
  std::uint64_t size_ = 0;
};

}  // namespace llmload::dataset
