#include "text/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "llmload/error.hpp"
#include "text/file_kind.hpp"

namespace llmload::text {
namespace {

/// "64 MiB", "64 KiB", "100 bytes".
std::string in_units(std::uint64_t bytes) {
  if (bytes % mib == 0) return std::to_string(bytes / mib) + " MiB";
  if (bytes % kib == 0) return std::to_string(bytes / kib) + " KiB";
  return std::to_string(bytes) + " bytes";
}

}  // namespace

InputFile::InputFile(std::string path)
    : path_(std::move(path)), fd_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (fd_ < 0) fail();
  struct stat about {};
  if (::fstat(fd_, &about) != 0) return;
  if (S_ISREG(about.st_mode)) size_ = static_cast<std::uint64_t>(about.st_size);
  written_ = about.st_mtim;
  if (!S_ISDIR(about.st_mode)) return;
  ::close(fd_);
  throw InputError(path_ + ": is a directory, not a file");
}

InputFile::~InputFile() { ::close(fd_); }

bool InputFile::changed() const {
  struct stat now {};
  if (::fstat(fd_, &now) != 0) return false;
  return static_cast<std::uint64_t>(now.st_size) != size_ || now.st_mtim.tv_sec != written_.tv_sec ||
         now.st_mtim.tv_nsec != written_.tv_nsec;
}

void InputFile::fail() const { throw InputError(path_ + ": can't be read: " + std::strerror(errno)); }

std::size_t InputFile::read(std::span<char> block) {
  for (;;) {
    const ssize_t size = ::read(fd_, block.data(), block.size());
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) fail();
  }
}

std::size_t InputFile::read_at(std::uint64_t offset, std::span<char> block) const {
  for (;;) {
    const ssize_t size = ::pread(fd_, block.data(), block.size(), static_cast<off_t>(offset));
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) fail();
  }
}

std::string read_file(const std::string& path, std::uint64_t most) {
  InputFile file(path);
  const auto require_size = [&](std::uint64_t size) {
    if (size > most)
      throw InputError(path + ": is larger than " + in_units(most) + ", the most that is read");
  };
  require_size(file.size());
  std::string content;
  content.reserve(file.size());
  std::array<char, 64 * kib> block;
  while (const std::size_t size = file.read(block)) {
    content.append(block.data(), size);
    require_size(content.size());
  }
  if (const std::string_view kind = wrong_kind(content); !kind.empty())
    throw InputError(path + ": " + std::string(kind));
  return content;
}

bool LineReader::next(std::string& line) {
  line.clear();
  ended_ = false;
  for (;;) {
    if (rest_.empty()) {
      const std::size_t size = file_.read(block_);
      rest_ = {block_.data(), size};
      if (size == 0) return !line.empty();
    }
    const std::size_t end = rest_.find('\n');
    line += rest_.substr(0, end);
    if (line.size() > longest_)
      throw InputError(file_.path() + ": has a line of more than " + in_units(longest_));
    if (end == std::string_view::npos) {
      rest_ = {};
      continue;
    }
    rest_.remove_prefix(end + 1);
    ended_ = true;
    return true;
  }
}

}  // namespace llmload::text
