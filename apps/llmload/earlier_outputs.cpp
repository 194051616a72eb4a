#include "earlier_outputs.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <stdexcept>

namespace llmload::cli {
namespace {

namespace fs = std::filesystem;

/// When it was written last: its run's end. No colons, which some file systems don't take.
std::string time_of(const struct stat& file) {
  std::tm utc{};
  char text[32];
  gmtime_r(&file.st_mtime, &utc);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H-%M-%SZ", &utc);
  return text;
}

}  // namespace

void set_aside(const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode) || file.st_size == 0) return;
  const fs::path old(path);
  const std::string stem = (old.parent_path() / old.stem()).string() + '.' + time_of(file);
  for (int more = 1;; ++more) {
    const std::string aside = stem + (more == 1 ? "" : '-' + std::to_string(more)) + old.extension().string();
    if (renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) == 0) return;
    if (errno != EEXIST)
      throw std::runtime_error(path + ": that of an earlier run can't be renamed: " + std::strerror(errno));
  }
}

}  // namespace llmload::cli
