#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "llmload/tokenizer.hpp"
#include "text/read_file.hpp"
#include "text/trim.hpp"

namespace llmload {
namespace {

namespace fs = std::filesystem;

constexpr std::array candidates = {"tokenizer.json", "tokenizer.model", "original/tokenizer.model"};

/// A variable of the environment; empty if it is not set. "~/" is the home directory, as for Hugging Face's
/// tools: no shell expands it in a container's settings.
std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  const std::string text = value == nullptr ? "" : value;
  return text.starts_with("~/") ? environment("HOME") + text.substr(1) : text;
}

/// Where Hugging Face's own tools keep what they download.
fs::path cache_folder() {
  for (const char* const name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    if (const std::string hub = environment(name); !hub.empty()) return hub;
  }
  if (const std::string home = environment("HF_HOME"); !home.empty()) return fs::path(home) / "hub";
  const std::string cache = environment("XDG_CACHE_HOME");
  const fs::path base = cache.empty() ? fs::path(environment("HOME")) / ".cache" : fs::path(cache);
  return base / "huggingface" / "hub";
}

/// One search: what it looked at, and what it found.
class Search {
 public:
  bool take_file(const fs::path& path) {
    location_.tried.push_back(path.string());
    std::error_code ignored;  // what can't be looked at is not there
    if (!fs::is_regular_file(path, ignored)) return false;
    location_.file = path.string();
    return true;
  }

  bool take_from_directory(const fs::path& directory) {
    return std::any_of(candidates.begin(), candidates.end(),
                       [&](const char* name) { return take_file(directory / name); });
  }

  /// The folder "models--org--name" of the cache. Its refs/main names the snapshot that counts; where that
  /// has no tokenizer, the newest that has one does.
  bool take_from_cache(const fs::path& model) {
    const fs::path snapshots = model / "snapshots";
    const fs::path ref = model / "refs" / "main";
    std::string commit;
    std::error_code ignored;
    if (fs::exists(ref, ignored)) commit = text::trimmed(text::read_file(ref.string(), text::kib));
    if (commit.empty())
      location_.tried.push_back(ref.string());
    else if (take_from_directory(snapshots / commit))
      return true;
    const std::vector<fs::path> all = newest_first(snapshots);
    if (all.empty()) location_.tried.push_back(snapshots.string());
    return std::any_of(all.begin(), all.end(), [&](const fs::path& snapshot) {
      return snapshot.filename() != commit && take_from_directory(snapshot);
    });
  }

  TokenizerLocation location() && { return std::move(location_); }

 private:
  /// The directories in `folder`, the one that was changed last first.
  static std::vector<fs::path> newest_first(const fs::path& folder) {
    std::vector<std::pair<fs::file_time_type, fs::path>> found;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      if (entry->is_directory(ignored)) found.emplace_back(entry->last_write_time(ignored), entry->path());
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<fs::path> paths;
    paths.reserve(found.size());
    for (auto& [time, path] : found) paths.push_back(std::move(path));
    return paths;
  }

  TokenizerLocation location_;
};

/// "org/name" as the cache spells it: "models--org--name", which may be given, too; empty if `model_path`
/// can't be such an id.
std::string cached_model(std::string_view model_path) {
  const std::size_t slash = model_path.find('/');
  if (slash == std::string_view::npos && model_path.starts_with("models--")) return std::string(model_path);
  if (slash == std::string_view::npos || slash != model_path.rfind('/')) return {};
  const std::string_view organization = model_path.substr(0, slash);
  const std::string_view name = model_path.substr(slash + 1);
  if (organization.empty() || organization.starts_with('.') || name.empty()) return {};
  return "models--" + std::string(organization) + "--" + std::string(name);
}

}  // namespace

TokenizerLocation find_tokenizer(std::string_view model_path) {
  Search search;
  const fs::path path(model_path);
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    if (!search.take_from_directory(path) && fs::is_directory(path / "snapshots", ignored))
      search.take_from_cache(path);
  } else if (!search.take_file(path)) {
    if (const std::string model = cached_model(model_path); !model.empty()) {
      search.take_from_cache(cache_folder() / model);
    }
  }
  return std::move(search).location();
}

}  // namespace llmload
