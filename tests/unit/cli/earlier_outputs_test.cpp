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

TEST_CASE("an output that can't be set aside is lost, and what is there stays") {
  struct Written : Sink {
    explicit Written(std::string path) : path_(std::move(path)) {}
    [[nodiscard]] std::string name() const override { return path_; }
    void on_start(const RunHeader& /*header*/) override { ++calls; }
    void on_stage(const Summary& /*summary*/) override { ++calls; }
    void on_end(const RunResult& /*result*/) override { ++calls; }
    int calls = 0;

   private:
    std::string path_;
  };
  const tokenize::TemporaryDirectory folder;
  // No name has room for a time beside 250 letters.
  cli::Kept<Written> kept(old_file(folder, std::string(250, 'x'), "1"));
  CHECK_THROWS_WITH(kept.on_start({}),
                    Catch::Matchers::Contains("that of an earlier run can't be renamed: File name too long"));
  kept.on_stage({});
  kept.on_end({});
  CHECK(kept.calls == 0);
  CHECK(names_in(folder.path()).size() == 1);
  cli::Kept<Written> fresh((folder.path() / "fresh").string());
  fresh.on_start({});
  fresh.on_stage({});
  fresh.on_end({});
  CHECK(fresh.calls == 3);
}

}  // namespace earlier_outputs_test
