#include "dataset/messages.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "llmload/error.hpp"
#include "text/json_text.hpp"

namespace llmload::dataset {

namespace json = boost::json;

namespace {

[[noreturn]] void refuse(const std::string& name, const json::value& found, const std::string& wanted) {
  throw InputError('"' + name + "\" is " + std::string(text::kind_of(found)) + "; it must be " + wanted);
}

const json::array& list_of(const std::string& name, const json::value& value, const std::string& wanted) {
  if (!value.is_array()) refuse(name, value, wanted);
  if (value.get_array().empty()) throw InputError('"' + name + "\" is an empty list; it must be " + wanted);
  return value.get_array();
}

std::string member_of(const std::string& place, const json::object& object, const char* member) {
  const json::value* const found = object.if_contains(member);
  if (found == nullptr) throw InputError(place + " has no \"" + member + '"');
  return string_of(place + '.' + member, *found);
}

std::string item(const std::string& name, std::size_t number) {
  return name + '[' + std::to_string(number) + ']';
}

/// The texts of a content of parts, in a row.
std::string texts_of(const std::string& place, const json::value& content) {
  if (content.is_null()) return "";  // of an answer of tool calls alone
  if (content.is_string()) return std::string(content.get_string());
  std::string all;
  for (const json::value& part : list_of(place, content, "a string, a list of parts, or null")) {
    if (!part.is_object()) refuse(place, part, "a string, a list of parts, or null");
    const json::value* const text = part.get_object().if_contains("text");
    if (text != nullptr) all += string_of(place + ".text", *text);
  }
  return all;
}

/// The same of what has no form of ours: what is no text in it is none.
std::string texts_found(const json::value& content) {
  if (content.is_string()) return std::string(content.get_string());
  std::string all;
  if (!content.is_array()) return all;
  for (const json::value& part : content.get_array()) {
    const json::object* const object = part.if_object();
    const json::value* const text = object != nullptr ? object->if_contains("text") : nullptr;
    if (text != nullptr && text->is_string()) all += std::string_view(text->get_string());
  }
  return all;
}

/// A call, its output, a reasoning, a reference: its text is what the model reads, as of a tool's message.
Message item_of(const json::object& object) {
  Message message{"", {}, json::serialize(object)};
  for (const char* member : {"content", "output"}) {
    if (const json::value* const found = object.if_contains(member)) message.text += texts_found(*found);
  }
  return message;
}

/// Of who speaks in a turn, as the files at hand name them.
std::string role_of(const std::string& place, const std::string& from) {
  constexpr std::array<std::pair<std::string_view, const char*>, 9> names = {{{"human", "user"},
                                                                              {"user", "user"},
                                                                              {"gpt", "assistant"},
                                                                              {"chatgpt", "assistant"},
                                                                              {"assistant", "assistant"},
                                                                              {"model", "assistant"},
                                                                              {"bing", "assistant"},
                                                                              {"bard", "assistant"},
                                                                              {"system", "system"}}};
  const auto found = std::ranges::find(names, from, &std::pair<std::string_view, const char*>::first);
  if (found != names.end()) return found->second;
  throw InputError('"' + place + ".from\" is \"" + from.substr(0, 80) +
                   "\"; a turn is from human, gpt or system");
}

Message message_of(const std::string& place, const json::value& value) {
  if (!value.is_object()) refuse(place, value, R"(an object with "role" and "content")");
  const json::object& object = value.get_object();
  Message message{member_of(place, object, "role"), {}};
  const json::value* const content = object.if_contains("content");
  if (content == nullptr && object.size() < 2) throw InputError('"' + place + "\" has no \"content\"");
  if (content != nullptr) message.text = texts_of(place + ".content", *content);
  const bool is_plain = object.size() == 2 && content != nullptr && content->is_string();
  if (!is_plain) message.json = json::serialize(object);
  return message;
}

}  // namespace

std::string string_of(const std::string& name, const json::value& value) {
  if (!value.is_string()) refuse(name, value, "a string");
  return std::string(value.get_string());
}

std::vector<Message> messages_of(const std::string& name, const json::value& value) {
  std::vector<Message> messages;
  for (const json::value& given : list_of(name, value, "a list of messages"))
    messages.push_back(message_of(item(name, messages.size()), given));
  return messages;
}

std::vector<Message> items_of(const std::string& name, const json::value& value) {
  std::vector<Message> items;
  for (const json::value& given : list_of(name, value, "a string, or a list of items")) {
    const json::object* const object = given.if_object();
    const bool is_message = object == nullptr || object->contains("role") || !object->contains("type");
    items.push_back(is_message ? message_of(item(name, items.size()), given) : item_of(*object));
  }
  return items;
}

std::vector<Message> turns_of(const std::string& name, const json::value& value, Turns which) {
  std::vector<Message> messages;
  bool any_user = false;
  for (const json::value& turn : list_of(name, value, "a list of turns")) {
    const std::string place = item(name, messages.size());
    if (!turn.is_object()) refuse(place, turn, R"(an object with "from" and "value")");
    const std::string role = role_of(place, member_of(place, turn.get_object(), "from"));
    messages.push_back({role, member_of(place, turn.get_object(), "value")});
    any_user = any_user || role == "user";
    if (any_user && which == Turns::to_first_user) return messages;
  }
  if (!any_user) throw InputError('"' + name + "\" has no turn from \"human\"");
  return messages;
}

}  // namespace llmload::dataset
