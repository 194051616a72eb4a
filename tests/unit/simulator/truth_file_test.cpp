#include "simulator/truth_file.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace truth_file_test {

using namespace llmload;
using namespace llmload::simulator;

std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

net::Time at(std::int64_t ns) { return net::Time(std::chrono::nanoseconds(ns)); }

TEST_CASE("a line has the answer's id and its events in order") {
  TruthLine none("sim-1", at(5));
  CHECK(none.finish(at(9), at(8)) == R"({"id":"sim-1","received":5,"events":[],"done":9,"due":8})"
                                     "\n");
  TruthLine line("sim-2", at(6));
  line.add(at(123456789012345), 0, {});
  line.add(at(123456789012346), 3, at(123456789012340));
  CHECK(line.finish(at(123456789012347), {}) ==
        R"({"id":"sim-2","received":6,"events":[[123456789012345,0],[123456789012346,3,123456789012340]],)"
        R"("done":123456789012347})"
        "\n");
}

TEST_CASE("lines wait until they are flushed, or are many") {
  const tokenize::TemporaryDirectory directory;
  const std::string path = directory.write("truth.jsonl", "of an earlier run");
  TruthFile file(path);
  CHECK(content_of(path).empty());
  file.add("one\n");
  CHECK(content_of(path).empty());
  file.flush();
  CHECK(content_of(path) == "one\n");
  const std::string many(64 * 1024, 'x');
  file.add(many);
  CHECK(content_of(path) == "one\n" + many);
  file.add("last\n");
  file.close();
  CHECK(content_of(path).ends_with("last\n"));
  CHECK(file.error().empty());
  CHECK_NOTHROW(file.close());
}

TEST_CASE("a truth file that can't be opened is wrong input, one that can't be written has the reason") {
  CHECK(error_of<InputError>([] { TruthFile("/no/such/folder/truth.jsonl"); }) ==
        "/no/such/folder/truth.jsonl: can't be written: No such file or directory");
  TruthFile file("/dev/full");
  file.add("one\n");
  CHECK(file.error().empty());
  file.flush();
  CHECK(file.error() == "No space left on device");
  file.close();
  CHECK(file.error() == "No space left on device");
}

}  // namespace truth_file_test
