#include "text/folder.hpp"

#include <filesystem>
#include <fstream>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace folder_test {

using namespace llmload;

namespace fs = std::filesystem;

TEST_CASE("a folder is made with all its parents, and may be there already") {
  const text::TemporaryFolder parent;
  const std::string path = parent.path() + "/a/b";
  text::make_folder(path);
  text::make_folder(path);
  CHECK(fs::is_directory(path));
}

TEST_CASE("a folder that can't be made is an error with its name and the reason") {
  const text::TemporaryFolder parent;
  std::ofstream(parent.path() + "/file") << "text";
  CHECK(has(error_of<InputError>([&] { text::make_folder(parent.path() + "/file/a"); }),
            "/file/a: can't be made: "));
}

TEST_CASE("a temporary folder goes with what is in it, and is none of another's") {
  std::string path;
  {
    const text::TemporaryFolder one, other;
    path = one.path();
    CHECK(path != other.path());
    text::make_folder(path + "/a");
    std::ofstream(path + "/a/file") << "text";
  }
  CHECK_FALSE(fs::exists(path));
}

}  // namespace folder_test
