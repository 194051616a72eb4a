#include "report/output_file.hpp"

#include <cerrno>
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

}  // namespace llmload::report
