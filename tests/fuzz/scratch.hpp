#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace fuzz {

/// An empty folder, for what is read from files; gone when the program ends in good order.
class Scratch {
 public:
  Scratch() {
    // In memory where there is such a file system: a file is written for each input.
    const std::filesystem::path memory = "/dev/shm";
    std::error_code ignored;
    const bool here = std::filesystem::is_directory(memory, ignored);
    std::string name = ((here ? memory : std::filesystem::temp_directory_path()) / "fuzz-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
    folder_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// Writes a file; returns its path.
  std::string write(const std::string& name, std::string_view content) const {
    std::string file = path(name);
    std::ofstream stream(file, std::ios::binary);
    stream << content;
    if (!stream.flush()) throw std::runtime_error("can't write " + file);
    return file;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace fuzz
