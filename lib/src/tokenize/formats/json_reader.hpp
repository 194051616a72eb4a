#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace llmload::tokenize {

/// A value of a JSON file with its place, so that an error can name it. What it reads lives in the document.
class JsonReader {
 public:
  JsonReader(const boost::json::value& value, const std::string& file) : value_(&value), file_(&file) {}

  /// Throws InputError: the file, the JSON pointer, `problem`.
  [[noreturn]] void fail(const std::string& problem) const;

  bool is_null() const { return value_->is_null(); }
  bool is_null_or_zero() const {
    return is_null() || (value_->is_number() && value_->to_number<double>() == 0);
  }
  bool is_string() const { return value_->is_string(); }

  /// The member `key` of an object; null if there is none.
  JsonReader operator[](std::string_view key) const;
  JsonReader operator[](std::size_t index) const;

  /// A member of this object that is at hand, without looking for it.
  JsonReader operator[](const boost::json::key_value_pair& member) const {
    return {member.value(), *file_, pointer_ + '/' + std::string(member.key())};
  }

  // Each throws InputError where the value is of another kind.
  std::string_view string() const;
  bool boolean() const;
  std::uint32_t id() const;
  const boost::json::object& object() const;
  const boost::json::array& array() const;

  bool boolean_or(bool absent) const { return is_null() ? absent : boolean(); }

 private:
  /// Throws InputError: it is not `wanted`, and what it is instead.
  [[noreturn]] void refuse(const std::string& wanted) const;

  JsonReader(const boost::json::value& value, const std::string& file, std::string pointer)
      : value_(&value), file_(&file), pointer_(std::move(pointer)) {}

  const boost::json::value* value_;
  const std::string* file_;
  std::string pointer_;
};

}  // namespace llmload::tokenize
