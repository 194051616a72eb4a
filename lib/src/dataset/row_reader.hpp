#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llmload/request_file.hpp"

namespace llmload::dataset {

/// Makes requests of rows, each of which may be in another form than the one before it. Const and
/// thread-safe.
class RowReader {
 public:
  /// The options must outlive it. Throws InputError where their columns stand for nothing.
  explicit RowReader(const RequestFileOptions& options);

  /// Of the JSON of a row: a string, or an object; or of a CSV record as one. Throws InputError with what is
  /// wrong alone.
  [[nodiscard]] RequestSpec read(const boost::json::value& row) const;

  /// Whether a member or a column of this name has a meaning.
  [[nodiscard]] bool knows(std::string_view name) const;

  /// What a name of the file stands for. Throws InputError with what is wrong alone where it has no meaning.
  [[nodiscard]] std::string_view meaning(std::string_view name) const;

 private:
  void check_url(const std::string& name, const std::string& url) const;
  void read_body(const boost::json::value& given, RequestSpec& spec) const;

  const RequestFileOptions& options_;
};

}  // namespace llmload::dataset
