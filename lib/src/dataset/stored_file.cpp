#include "dataset/stored_file.hpp"

#include <algorithm>
#include <filesystem>
#include <span>

#include "llmload/error.hpp"
#include "text/file_kind.hpp"

namespace llmload::dataset {
namespace {

constexpr std::uint64_t most_in_memory = 512 * text::mib;
constexpr std::size_t enough_for_kind = 4 * text::kib;

bool has_places(const std::string& path) {
  std::error_code error;
  return !std::filesystem::exists(path, error) || std::filesystem::is_regular_file(path, error);
}

}  // namespace

StoredFile::StoredFile(const std::string& path) : path_(path) {
  if (!has_places(path)) {
    whole_ = text::read_file(path, most_in_memory);
    size_ = whole_.size();
    return;
  }
  size_ = file_.emplace(path).size();
  if (const auto kind = text::wrong_kind(read(0, enough_for_kind)); !kind.empty())
    throw InputError(path + ": " + std::string(kind));
}

std::string StoredFile::read(std::uint64_t offset, std::size_t count) const {
  std::string bytes;
  read(offset, count, bytes);
  return bytes;
}

void StoredFile::read(std::uint64_t offset, std::size_t count, std::string& bytes) const {
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - std::min(offset, size_)));
  if (!file_) {
    bytes.assign(whole_, static_cast<std::size_t>(std::min(offset, size_)), count);
    return;
  }
  bytes.resize(count);
  std::size_t done = 0;
  while (done < count) {
    const std::size_t size = file_->read_at(offset + done, std::span(bytes).subspan(done));
    if (size == 0) break;
    done += size;
  }
  bytes.resize(done);
  if (file_->changed()) throw InputError(path_ + ": the file was changed since it was opened");
}

}  // namespace llmload::dataset
