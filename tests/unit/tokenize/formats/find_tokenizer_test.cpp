#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "llmload/tokenizer.hpp"
#include "support/catch.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace find_tokenizer_test {

using namespace llmload;
using namespace llmload::tokenize;

namespace fs = std::filesystem;

/// Sets a variable of the environment, or unsets it for nullptr, and puts it back at the end.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* const before = getenv(name)) before_ = before;
    set(value);
  }
  ~ScopedVariable() { set(before_ ? before_->c_str() : nullptr); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  void set(const char* value) const {
    if (value == nullptr) {
      unsetenv(name_);
    } else {
      setenv(name_, value, 1);
    }
  }

  const char* name_;
  std::optional<std::string> before_;
};

/// A temporary home directory without any Hugging Face variable set.
struct FakeHome {
  TemporaryDirectory directory;
  ScopedVariable home{"HOME", directory.path().c_str()};
  ScopedVariable hub_cache{"HF_HUB_CACHE", nullptr};
  ScopedVariable huggingface_hub_cache{"HUGGINGFACE_HUB_CACHE", nullptr};
  ScopedVariable hf_home{"HF_HOME", nullptr};
  ScopedVariable xdg_cache{"XDG_CACHE_HOME", nullptr};
};

const fs::path model = "models--meta--tiny";
const fs::path default_cache = ".cache/huggingface/hub";

TEST_CASE("a file is its own tokenizer") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("any.name");
  const TokenizerLocation location = find_tokenizer(file);
  CHECK(location.file == file);
  CHECK(location.tried == std::vector{file});
}

TEST_CASE("a directory holds tokenizer.json, else tokenizer.model, else original/tokenizer.model") {
  const TemporaryDirectory directory;
  for (const char* name : {"original/tokenizer.model", "tokenizer.model", "tokenizer.json"}) {
    const std::string file = directory.write(name);
    CHECK(find_tokenizer(directory.path().string()).file == file);
  }
}

TEST_CASE("a directory without a tokenizer lists what was tried, in order") {
  const TemporaryDirectory directory;
  const TokenizerLocation location = find_tokenizer(directory.path().string());
  CHECK(location.file.empty());
  CHECK(location.tried == std::vector{(directory.path() / "tokenizer.json").string(),
                                      (directory.path() / "tokenizer.model").string(),
                                      (directory.path() / "original/tokenizer.model").string()});
}

TEST_CASE("an org/name is found in the cache at the commit of refs/main") {
  const FakeHome fake;
  const fs::path cached = default_cache / model;
  fake.directory.write(cached / "refs/main", "c0ffee\n");
  const std::string file = fake.directory.write(cached / "snapshots/c0ffee/tokenizer.model");
  fake.directory.write(cached / "snapshots/decaf/tokenizer.model");
  CHECK(find_tokenizer("meta/tiny").file == file);
}

TEST_CASE("a model in the cache may keep its tokenizer under original/, and link to it") {
  const FakeHome fake;
  const std::string blob = fake.directory.write(default_cache / model / "blobs/abc");
  const std::string file =
      fake.directory.write(default_cache / model / "snapshots/c0ffee/original/tokenizer.model");
  fs::remove(file);
  fs::create_symlink(blob, file);
  CHECK(find_tokenizer("meta/tiny").file == file);
}

TEST_CASE("without refs/main the newest snapshot counts") {
  const FakeHome fake;
  const fs::path snapshots = default_cache / model / "snapshots";
  const std::string older = fake.directory.write(snapshots / "b/tokenizer.model");
  const std::string newer = fake.directory.write(snapshots / "a/tokenizer.model");
  const auto now = fs::file_time_type::clock::now();
  const auto set_age = [&](const std::string& file, std::chrono::hours age) {
    fs::last_write_time(fs::path(file).parent_path(), now - age);
  };
  set_age(older, std::chrono::hours(2));
  set_age(newer, std::chrono::hours(1));
  CHECK(find_tokenizer("meta/tiny").file == newer);
  set_age(newer, std::chrono::hours(3));
  CHECK(find_tokenizer("meta/tiny").file == older);
}

TEST_CASE("the variables of Hugging Face move the cache, the most special one first") {
  const FakeHome fake;
  const fs::path rest = model / "snapshots/c0ffee/tokenizer.model";
  const std::string root = fake.directory.path().string();
  const std::string in_home = fake.directory.write(default_cache / rest);
  const std::string in_xdg = fake.directory.write("xdg/huggingface/hub" / rest);
  const std::string in_hf_home = fake.directory.write("hf/hub" / rest);
  const std::string in_old_hub_cache = fake.directory.write("old" / rest);
  const std::string in_hub_cache = fake.directory.write("cache" / rest);

  CHECK(find_tokenizer("meta/tiny").file == in_home);
  const ScopedVariable xdg("XDG_CACHE_HOME", (root + "/xdg").c_str());
  CHECK(find_tokenizer("meta/tiny").file == in_xdg);
  const ScopedVariable hf_home("HF_HOME", (root + "/hf").c_str());
  CHECK(find_tokenizer("meta/tiny").file == in_hf_home);
  const ScopedVariable old_hub_cache("HUGGINGFACE_HUB_CACHE", "~/old");
  CHECK(find_tokenizer("meta/tiny").file == in_old_hub_cache);
  const ScopedVariable hub_cache("HF_HUB_CACHE", (root + "/cache").c_str());
  CHECK(find_tokenizer("meta/tiny").file == in_hub_cache);
}

TEST_CASE("a model's folder of the cache may be given as a path, or by its name") {
  const FakeHome fake;
  const fs::path cached = default_cache / model;
  fake.directory.write(cached / "refs/main", "c0ffee");
  const std::string file = fake.directory.write(cached / "snapshots/c0ffee/tokenizer.json");
  const std::string folder = (fake.directory.path() / cached).string();
  CHECK(find_tokenizer(folder).file == file);
  CHECK(fs::equivalent(find_tokenizer(folder + "/").file, file));
  CHECK(find_tokenizer(model.string()).file == file);
}

TEST_CASE(
    "where the snapshot of refs/main has no tokenizer, the newest counts, and all that was tried is told") {
  const FakeHome fake;
  const fs::path cached = default_cache / model;
  fake.directory.write(cached / "refs/main", "c0ffee");
  fake.directory.write(cached / "snapshots/c0ffee/config.json");
  const fs::path root = fake.directory.path() / cached;
  const TokenizerLocation none = find_tokenizer(root.string());
  CHECK(none.file.empty());
  CHECK(none.tried.back() == (root / "snapshots/c0ffee/original/tokenizer.model").string());
  const std::string file = fake.directory.write(cached / "snapshots/decaf/tokenizer.json");
  const TokenizerLocation found = find_tokenizer(root.string());
  CHECK(found.file == file);
  CHECK(found.tried.size() == 7);
}

TEST_CASE("an org/name that is not in the cache lists the cache among what was tried") {
  const FakeHome fake;
  const TokenizerLocation location = find_tokenizer("meta/tiny");
  const fs::path cached = fake.directory.path() / default_cache / model;
  CHECK(location.file.empty());
  CHECK(location.tried == std::vector<std::string>{"meta/tiny", (cached / "refs/main").string(),
                                                   (cached / "snapshots").string()});
}

TEST_CASE("a path that can be no org/name is not looked for in the cache") {
  const std::string path =
      GENERATE("missing", "/missing/model", "./missing", "a/b/c", "missing/", "/missing");
  const TokenizerLocation location = find_tokenizer(path);
  CHECK(location.file.empty());
  CHECK(location.tried == std::vector{path});
}

}  // namespace find_tokenizer_test
