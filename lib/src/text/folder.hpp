#pragma once

#include <string>

namespace llmload::text {

/// With all its parents. Throws InputError.
void make_folder(const std::string& path);

/// A folder that is gone, with all that is in it, when this object is. Throws InputError where there can be
/// none.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace llmload::text
