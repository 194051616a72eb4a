#include "earlier_outputs.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace earlier_outputs_test {

using namespace llmload;
using cli::set_aside;

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

/// As if it had been written at the beginning of 2026.
std::string old_file(const tokenize::TemporaryDirectory& folder, const std::string& name,
                     const std::string& text) {
  const std::string path = folder.write(name, text);
  const timespec at[2] = {{1'767'225'600, 0}, {1'767'225'600, 0}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), at, 0) == 0);
  return path;
}

TEST_CASE("a file of an earlier run gets that run's time as a part of its name") {
  const tokenize::TemporaryDirectory folder;
  set_aside(old_file(folder, "summary.json", "{}"));
  CHECK(names_in(folder.path()) == std::set<std::string>{"summary.2026-01-01T00-00-00Z.json"});
}

TEST_CASE("what was set aside is never written over") {
  const tokenize::TemporaryDirectory folder;
  for (const char* text : {"1", "2", "3"}) set_aside(old_file(folder, "a.csv", text));
  CHECK(names_in(folder.path()) == std::set<std::string>{"a.2026-01-01T00-00-00Z.csv",
                                                         "a.2026-01-01T00-00-00Z-2.csv",
                                                         "a.2026-01-01T00-00-00Z-3.csv"});
}

TEST_CASE("an empty file, none, and what is no plain file stay as they are") {
  const tokenize::TemporaryDirectory folder;
  set_aside(old_file(folder, "empty.csv", ""));
  set_aside((folder.path() / "none.csv").string());
  set_aside("/dev/null");
  CHECK(names_in(folder.path()) == std::set<std::string>{"empty.csv"});
}

}  // namespace earlier_outputs_test
