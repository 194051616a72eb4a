#include "tokenize/formats/json_reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "llmload/error.hpp"
#include "text/json_text.hpp"
#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {
namespace {

const boost::json::value nothing;

}  // namespace

void JsonReader::fail(const std::string& problem) const {
  throw InputError(*file_ + ": " + (pointer_.empty() ? "/" : pointer_) + ": " + problem);
}

JsonReader JsonReader::operator[](std::string_view key) const {
  const boost::json::value* const member = object().if_contains(key);
  return {member == nullptr ? nothing : *member, *file_, pointer_ + '/' + std::string(key)};
}

JsonReader JsonReader::operator[](std::size_t index) const {
  return {array().at(index), *file_, pointer_ + '/' + std::to_string(index)};
}

void JsonReader::refuse(const std::string& wanted) const {
  fail("not " + wanted + ": it is " + std::string(text::kind_of(*value_)) +
       (is_null() ? ", or missing" : ""));
}

std::string_view JsonReader::string() const {
  if (!value_->is_string()) refuse("a string");
  return value_->get_string();
}

bool JsonReader::boolean() const {
  if (!value_->is_bool()) refuse("true or false");
  return value_->get_bool();
}

std::uint32_t JsonReader::id() const {
  const bool fits = value_->is_int64() && value_->get_int64() >= 0 &&
                    value_->get_int64() < static_cast<std::int64_t>(most_tokens);
  if (!fits) fail("not an id: a whole number from 0 to " + std::to_string(most_tokens - 1));
  return static_cast<std::uint32_t>(value_->get_int64());
}

const boost::json::object& JsonReader::object() const {
  if (!value_->is_object()) refuse("an object");
  return value_->get_object();
}

const boost::json::array& JsonReader::array() const {
  if (!value_->is_array()) refuse("an array");
  return value_->get_array();
}

}  // namespace llmload::tokenize
