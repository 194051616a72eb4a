#include <string_view>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"
#include "unit/workload/pacer_checks.hpp"

namespace due_file_pacer_test {

using namespace llmload;
using Times = std::vector<std::int64_t>;

Times read(std::string_view content) {
  const tokenize::TemporaryDirectory folder;
  return due_times(*make_due_file_pacer(folder.write("due.txt", content)), 100);
}

std::string refusal(std::string_view content) {
  return error_of<InputError>([&] { read(content); });
}

TEST_CASE("a file's due times are its lines, in seconds, and the schedule ends with them") {
  CHECK(read("0\n0.5\n1.25\n") == Times{0, 500'000'000, 1'250'000'000});
  CHECK(read("0.1") == Times{100'000'000});
  CHECK(read("1e-3\n3600.000000001\n") == Times{1'000'000, 3'600'000'000'001});
}

TEST_CASE("several requests may be due at once") { CHECK(read("2\n2\n2\n").size() == 3); }

TEST_CASE("blank lines, spaces, CR LF and a BOM are no matter") {
  CHECK(read("\xef\xbb\xbf\r\n0.5\r\n \t\r\n\n  1\t\r\n2") ==
        Times{500'000'000, 1'000'000'000, 2'000'000'000});
}

TEST_CASE("a file of another kind is named for what it is") {
  CHECK(has(refusal("version https://git-lfs.github.com/spec/v1\n"), "due.txt: is a Git LFS pointer"));
}

TEST_CASE("a line that is no number of seconds is refused, with the file and the line") {
  for (const char* line : {"x", "1s", "1 2", "1,5", "-1", "nan", "inf", "1e400", "1e10", "0x1", "+1"}) {
    INFO(line);
    const auto error = refusal("0\n\n" + std::string(line) + "\n5\n");
    CHECK(has(error, "due.txt, line 3: \"" + std::string(line) + "\": must be a number of seconds"));
  }
}

TEST_CASE("a due time before the one ahead of it is refused") {
  const auto error = refusal("0\n2\n\n1.5\n");
  CHECK(has(error, "due.txt, line 4: 1.5: is before the due time ahead of it"));
}

TEST_CASE("a file without a due time, or none at all, is refused") {
  CHECK(has(refusal(""), "due.txt: holds no due time"));
  CHECK(has(refusal("\r\n \n"), "due.txt: holds no due time"));
  CHECK(has(error_of<InputError>([] { (void)make_due_file_pacer("/nowhere/due.txt"); }), "/nowhere/due.txt"));
}

}  // namespace due_file_pacer_test
