#include "earlier_outputs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

/// False where `to` is there; then, and where errno says another reason, nothing has changed. Some file
/// systems, as NFS, know no rename that writes over nothing, but links.
bool move_to_new(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) return false;
  return link(from.c_str(), to.c_str()) == 0 && unlink(from.c_str()) == 0;
}

}  // namespace

void set_aside(const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode) || file.st_size == 0) return;
  const fs::path old(path);
  const std::string stem = (old.parent_path() / old.stem()).string() + '.' + time_of(file);
  for (int more = 1;; ++more) {
    const std::string aside = stem + (more == 1 ? "" : '-' + std::to_string(more)) + old.extension().string();
    if (move_to_new(path, aside)) return;
    if (errno != EEXIST)
      throw std::runtime_error(path + ": that of an earlier run can't be renamed: " + std::strerror(errno));
  }
}

}  // namespace llmload::cli
