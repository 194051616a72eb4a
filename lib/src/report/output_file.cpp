#include "report/output_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "llmload/error.hpp"

namespace llmload::report {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw std::runtime_error(path + ": write failed: " + what);
}

}  // namespace

void require_writable(const std::string& path) {
  if (!std::ofstream(path, std::ios::app))
    throw InputError(path + ": can't be written: " + std::strerror(errno));
}

void open_output(std::ofstream& file, const std::string& path, const std::string& name) {
  // Without a buffer of the stream's: what a failed write left in it would be written again at the close.
  file.rdbuf()->pubsetbuf(nullptr, 0);
  file.open(path, std::ios::binary | std::ios::trunc);
  if (!file) fail(name, std::strerror(errno));
}

void write_output(std::ofstream& file, const std::string& path, std::string_view bytes,
                  const std::string& lost) {
  if (!file) fail(path, "as before: " + lost);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) fail(path, std::strerror(errno) + (": " + lost));
}

void print(std::ostream& out, std::string_view text) {
  errno = 0;
  out << text << std::flush;
  if (out) return;
  const std::string reason = errno != 0 ? std::string(std::strerror(errno)) + ": " : "";
  throw std::runtime_error("standard output: write failed: " + reason + "the table is lost");
}

void close_output(std::ofstream& file, const std::string& path) {
  file.close();
  if (!file) fail(path, std::string(std::strerror(errno)) + ", at its close: the last of it may be lost");
}

void require_replaceable(const std::string& path) {
  const std::string part = path + ".part";
  if (!std::ofstream(part, std::ios::binary))
    throw InputError(path + ": can't be written: " + std::strerror(errno));
  std::remove(part.c_str());
}

void replace_output(const std::string& path, std::string_view bytes, const std::string& lost) {
  const std::string part = path + ".part";
  try {
    std::ofstream file;
    open_output(file, part, path);
    write_output(file, path, bytes, lost);
    close_output(file, path);
    if (std::rename(part.c_str(), path.c_str()) != 0) fail(path, std::strerror(errno));
  } catch (...) {
    std::remove(part.c_str());
    throw;
  }
}

}  // namespace llmload::report
