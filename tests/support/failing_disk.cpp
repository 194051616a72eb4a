// Loaded before a program's libraries (LD_PRELOAD), it is a disk that fails with EIO, for files whose path
// has a text: that of READ_FAILS at a read that does not begin the file, that of CLOSE_FAILS when the file is
// closed.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

bool is_meant(int fd, const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return false;
  std::array<char, 512> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return size > 0 &&
         std::string_view(path.data(), static_cast<std::size_t>(size)).find(text) != std::string_view::npos;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" ssize_t read(int fd, void* data, size_t size) {
  static const auto next = real<ssize_t (*)(int, void*, size_t)>("read");
  if (!is_meant(fd, "READ_FAILS") || ::lseek(fd, 0, SEEK_CUR) <= 0) return next(fd, data, size);
  errno = EIO;
  return -1;
}

extern "C" ssize_t pread(int fd, void* data, size_t size, off_t offset) {
  static const auto next = real<ssize_t (*)(int, void*, size_t, off_t)>("pread");
  if (!is_meant(fd, "READ_FAILS")) return next(fd, data, size, offset);
  constexpr size_t good = 4096;  // bytes, which a read gives that asks for more
  if (offset == 0) return next(fd, data, std::min(size, good), offset);
  errno = EIO;
  return -1;
}

extern "C" int fclose(FILE* file) {
  static const auto next = real<int (*)(FILE*)>("fclose");
  const bool fails = is_meant(::fileno(file), "CLOSE_FAILS");
  const int result = next(file);
  if (!fails) return result;
  errno = EIO;
  return EOF;
}
