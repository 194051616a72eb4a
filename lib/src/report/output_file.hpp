#pragma once

#include <fstream>
#include <string>
#include <string_view>

namespace llmload::report {

// A file that a sink writes. Each failure is told with the file's name and the system's reason.

/// Throws InputError where `path` can't be written. What is there stays: it is only replaced when a run
/// starts.
void require_writable(const std::string& path);

// These throw std::runtime_error, which says that `lost` is; from the first one on the file stays as it is.

/// Empties `path`; `name` is the output's in an error.
void open_output(std::ofstream& file, const std::string& path, const std::string& name);
/// All of `bytes`, at once.
void write_output(std::ofstream& file, const std::string& path, std::string_view bytes,
                  const std::string& lost);
/// To a stream, which is standard output's: as write_output(), to the last byte.
void print(std::ostream& out, std::string_view text);

/// A disk's error may come as late as here.
void close_output(std::ofstream& file, const std::string& path);

// A file that is replaced as a whole: who reads it never sees half of one.

/// Throws InputError where `path` can't be replaced.
void require_replaceable(const std::string& path);
/// Puts `bytes` in the place of `path`. Throws std::runtime_error, which says that `lost` is, and leaves
/// `path` as it is.
void replace_output(const std::string& path, std::string_view bytes, const std::string& lost);

}  // namespace llmload::report
