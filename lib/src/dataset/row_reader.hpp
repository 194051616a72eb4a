#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llmload/request_file.hpp"

namespace llmload::dataset {

/// For people: what a row may be.
inline constexpr std::string_view what_is_a_row =
    "it must be a string, or an object with \"prompt\", \"text\", \"messages\", \"conversations\" or "
    "\"body\"; or the whole file is one object of prompts by their length, such as {\"25\": \"a prompt\"}, "
    "and PROMPT_LENGTH says which";

/// Makes requests of rows, each of which may be in another form than the one before it. Const and
/// thread-safe.
class RowReader {
 public:
  /// The options must outlive it. Throws InputError where their columns stand for nothing.
  explicit RowReader(const RequestFileOptions& options);

  /// Of the JSON of a row: a string, or an object; or of a CSV record as one. Throws InputError with what is
  /// wrong alone.
  [[nodiscard]] RequestSpec read(const boost::json::value& row) const;

  [[nodiscard]] bool reads_conversations() const { return options_.conversations.has_value(); }
  /// Whether a member or a column of this name has a meaning.
  [[nodiscard]] bool knows(std::string_view name) const;

  /// What a name of the file stands for. Throws InputError with what is wrong alone where it has no meaning.
  [[nodiscard]] std::string_view meaning(std::string_view name) const;

 private:
  [[nodiscard]] const std::string* column(std::string_view name) const;
  void check_url(const std::string& name, const std::string& url) const;
  void check_conversation(const RequestSpec& spec) const;
  void read_members(const boost::json::object& row, RequestSpec& spec) const;
  void read_body(const boost::json::value& given, RequestSpec& spec) const;

  const RequestFileOptions& options_;
};

}  // namespace llmload::dataset
