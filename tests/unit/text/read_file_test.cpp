#include "text/read_file.hpp"

#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace read_file_test {

using namespace llmload;

// Its first byte is at an address where nothing is: to read it is an error of the device.
constexpr const char* broken_disk = "/proc/self/mem";

std::vector<std::string> lines_of(const std::string& path, std::uint64_t longest = 1024 * text::kib) {
  text::LineReader lines(path, longest);
  std::vector<std::string> all;
  for (std::string line; lines.next(line);) all.push_back(line + (lines.ended() ? "\n" : ""));
  return all;
}

TEST_CASE("a file is read whole, byte by byte") {
  const tokenize::TemporaryDirectory folder;
  const std::string content("a\r\n\0b\xff", 6);
  CHECK(text::read_file(folder.write("f", content)) == content);
  CHECK(text::read_file(folder.write("empty")).empty());
}

TEST_CASE("a file of a kind that nothing of ours reads is refused by name") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = folder.write("f.json", "version https://git-lfs.github.com/spec/v1\n");
  CHECK(error_of<InputError>([&] { (void)text::read_file(path); }) ==
        path + ": is a Git LFS pointer, not the file itself: run git lfs pull");
}

TEST_CASE("a file that can't be read is an error with its name and the reason") {
  CHECK(error_of<InputError>([] { (void)text::read_file("/nowhere/f"); }) ==
        "/nowhere/f: can't be read: No such file or directory");
  CHECK(error_of<InputError>([] { (void)text::read_file("/tmp"); }) == "/tmp: is a directory, not a file");
  CHECK(error_of<InputError>([] { (void)lines_of("/tmp"); }) == "/tmp: is a directory, not a file");
}

TEST_CASE("a disk's error is not the end of the file") {
  const std::string told = std::string(broken_disk) + ": can't be read: Input/output error";
  CHECK(error_of<InputError>([] { (void)text::read_file(broken_disk); }) == told);
  CHECK(error_of<InputError>([] { (void)lines_of(broken_disk); }) == told);
}

TEST_CASE("a file that is larger than the most that is read is refused, also one without an end") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = folder.write("f", std::string(2048, 'a'));
  CHECK(text::read_file(path, 2 * text::kib).size() == 2048);
  CHECK(error_of<InputError>([&] { (void)text::read_file(path, 2047); }) ==
        path + ": is larger than 2047 bytes, the most that is read");
  CHECK(error_of<InputError>([] { (void)text::read_file("/dev/zero", text::mib); }) ==
        "/dev/zero: is larger than 1 MiB, the most that is read");
}

TEST_CASE("a file is read by lines, and the last may lack its end") {
  const tokenize::TemporaryDirectory folder;
  using Lines = std::vector<std::string>;
  CHECK(lines_of(folder.write("f", "")).empty());
  CHECK(lines_of(folder.write("f", "a\n\nb\r\n")) == Lines{"a\n", "\n", "b\r\n"});
  CHECK(lines_of(folder.write("f", "a\nb")) == Lines{"a\n", "b"});
  // A block of the reader's ends before, at and behind the end of a line.
  for (const std::size_t size : {64 * text::kib - 2, 64 * text::kib - 1, 64 * text::kib, 200 * text::kib}) {
    const std::string line(size, 'x');
    CHECK(lines_of(folder.write("f", line + "\n" + line + "\n")) == Lines{line + "\n", line + "\n"});
    CHECK(lines_of(folder.write("f", line)) == Lines{line});
  }
}

TEST_CASE("a line that is too long is refused, also one without an end") {
  const tokenize::TemporaryDirectory folder;
  CHECK(lines_of(folder.write("f", "1234\n"), 4).size() == 1);
  const std::string path = folder.write("f", "12345\n");
  CHECK(error_of<InputError>([&] { (void)lines_of(path, 4); }) == path + ": has a line of more than 4 bytes");
  CHECK(error_of<InputError>([] { (void)lines_of("/dev/zero", text::mib); }) ==
        "/dev/zero: has a line of more than 1 MiB");
}

}  // namespace read_file_test
