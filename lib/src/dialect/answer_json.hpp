#pragma once

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llmload::dialect {

/// A text of an answer, as JSON. An event's needs no memory of the heap. Bytes that are no UTF-8, and halves
/// of characters (text/surrogates.hpp), stay in its strings as they are.
class AnswerJson {
 public:
  explicit AnswerJson(std::string_view text);
  AnswerJson(const AnswerJson&) = delete;
  AnswerJson& operator=(const AnswerJson&) = delete;

  /// Null: the text is no JSON object.
  [[nodiscard]] const boost::json::object* object() const { return root_.if_object(); }

 private:
  unsigned char memory_[2048];
  boost::json::monotonic_resource resource_{memory_, sizeof memory_};
  boost::json::value root_;
};

// A member of `of`; null or empty where there is none, or one of another type.
const boost::json::object* object_in(const boost::json::object& of, std::string_view name);
const boost::json::array* array_in(const boost::json::object& of, std::string_view name);
std::string_view text_in(const boost::json::object& of, std::string_view name);
/// An error's message; all of it where it has none.
std::string message_of(const boost::json::object& error);
std::optional<std::uint64_t> count_in(const boost::json::object& of, std::string_view name);

}  // namespace llmload::dialect
