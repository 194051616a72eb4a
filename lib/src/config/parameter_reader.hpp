#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "validation/limits.hpp"

namespace llmload::config {

using validation::Numbers;
using validation::WholeNumbers;

/// One value of a parameters file with its place, so that every error can name both.
/// Each as_...() throws InputError, with file, JSON pointer, the value and what is allowed.
class Parameter {
 public:
  /// `folder`: where its relative paths start.
  Parameter(const std::string& file, std::string pointer, const boost::json::value& value,
            bool secret = false, const std::filesystem::path& folder = nowhere())
      : file_(&file), pointer_(std::move(pointer)), value_(&value), secret_(secret), folder_(&folder) {}

  [[nodiscard]] std::string as_string() const;
  [[nodiscard]] std::string as_word() const;  ///< a string, or a whole number as one
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::uint64_t as_integer(const WholeNumbers& allowed) const;
  [[nodiscard]] double as_number(const Numbers& allowed) const;
  /// A number of seconds, or a text with a unit: "30s", "1.5m", "500ms".
  [[nodiscard]] std::chrono::nanoseconds as_time(const Numbers& allowed) const;
  /// A number of ms, or likewise.
  [[nodiscard]] double as_milliseconds(const Numbers& allowed) const;
  /// A string, which is a path; path_of() likewise of a part of one.
  [[nodiscard]] std::string as_path() const { return path_of(as_string()); }
  [[nodiscard]] std::string path_of(const std::string& given) const { return (*folder_ / given).string(); }
  /// Of the file that this key names, of `most` bytes at most.
  [[nodiscard]] std::string file_text(const std::string& path, std::uint64_t most) const;
  [[nodiscard]] std::size_t as_choice(std::initializer_list<std::string_view> names) const;  ///< its position
  [[nodiscard]] bool is_empty_list() const { return value_->is_array() && value_->get_array().empty(); }
  [[nodiscard]] bool is(std::string_view text) const { return *value_ == boost::json::string_view(text); }
  [[nodiscard]] bool is_object() const { return value_->is_object(); }
  [[nodiscard]] const boost::json::object& as_object() const;
  [[nodiscard]] std::vector<Parameter> as_list() const;  ///< not empty
  [[nodiscard]] std::vector<Parameter> as_one_or_list() const;

  [[nodiscard]] Parameter member(std::string_view name, const boost::json::value& value) const;
  [[nodiscard]] std::string place() const { return *file_ + ": " + pointer_; }
  [[noreturn]] void reject(const std::string& what) const;    ///< "is VALUE; it must be WHAT"
  [[noreturn]] void complain(const std::string& what) const;  ///< "WHAT", at this place

 private:
  /// Where the process is.
  static const std::filesystem::path& nowhere();
  [[nodiscard]] double as_number_of(double unit, const Numbers& allowed) const;

  const std::string* file_;
  std::string pointer_;
  const boost::json::value* value_;
  bool secret_;
  const std::filesystem::path* folder_;
};

}  // namespace llmload::config
