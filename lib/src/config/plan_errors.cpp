#include "config/plan_errors.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace llmload::config {
namespace {

const Entry* entry_of(const Key& key, const Entries& entries) {
  const auto found = std::ranges::find(entries, key.about.name, &Entries::value_type::first);
  return found == entries.end() ? nullptr : &found->second;
}

/// Whether `key` gives a member of this shape, "endpoints[].host", or one that it is a part of.
bool gives(const Key& key, std::string_view shape) {
  if (key.member.empty() || !shape.starts_with(key.member)) return false;
  shape.remove_prefix(key.member.size());
  return shape.empty() || shape.front() == '.' || shape.front() == '[';
}

/// The key that gives `member` or the smallest part around it; of two that do, the one that was given. Null
/// where there is none.
const Key* key_of(const std::string& member, const Entries& entries) {
  std::string shape = member;
  std::erase_if(shape, [](unsigned char c) { return std::isdigit(c) != 0; });
  const Key* best = nullptr;
  for (const Key& key : key_table()) {
    if (!gives(key, shape)) continue;
    const bool smaller = best == nullptr || key.member.size() > best->member.size();
    if (smaller || (key.member == best->member && entry_of(key, entries) != nullptr)) best = &key;
  }
  return best;
}

/// "/1", or the name of the member, of the part of `value` that `index` is: "[1].host". "" where it is none.
std::string pointer(const boost::json::value& value, std::string_view index) {
  if (!index.starts_with('[')) return "";
  std::size_t number = 0;
  std::from_chars(index.data() + 1, index.data() + index.size(), number);
  if (value.is_array()) return '/' + std::to_string(number);
  const boost::json::object* const object = value.if_object();
  if (object == nullptr || number >= object->size()) return "";
  return '/' + std::string((object->begin() + static_cast<std::ptrdiff_t>(number))->key());
}

}  // namespace

std::string told_by_key(const PlanError& error, const Entries& entries, const std::string& where) {
  const std::string& member = error.member();
  constexpr std::string_view proxy = ".proxy.";  // the environment's
  if (const auto at = member.find(proxy); at != std::string::npos)
    return "the environment's HTTPS_PROXY: its " + member.substr(at + proxy.size()) + ' ' + error.problem();
  const Key* const key = key_of(member, entries);
  if (key == nullptr) return where + ": " + error.what();
  const std::string place = ": /" + std::string(key->about.name);
  const Entry* const entry = entry_of(*key, entries);
  if (entry == nullptr) return where + place + ": " + error.problem();
  const std::string part = pointer(entry->value, std::string_view(member).substr(key->member.size()));
  return entry->from + place + part + ": " + error.problem();
}

}  // namespace llmload::config
