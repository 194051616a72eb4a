#include "dialect/length.hpp"

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <utility>
#include <vector>

#include "dialect/request_body.hpp"

namespace llmload::dialect {

namespace json = boost::json;

namespace {

/// The names of all APIs that are known.
constexpr std::array<std::string_view, 3> all_names = {"max_tokens", "max_completion_tokens",
                                                       "max_output_tokens"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool translate_length(json::object& patch, std::span<const std::string_view> names) {
  if (names.empty()) return true;
  json::value length;
  std::string_view under = names.front();
  std::vector<std::string_view> others;
  for (const std::string_view name : all_names) {
    if (!contains(names, name)) others.push_back(name);
  }
  for (const std::span<const std::string_view> of : {names, std::span<const std::string_view>(others)}) {
    for (const std::string_view name : of) {
      const json::value* const value = patch.if_contains(view(name));
      if (value == nullptr || value->is_null()) continue;
      if (!length.is_null() && length != *value) return false;
      if (length.is_null() && contains(names, name)) under = name;
      length = *value;
    }
  }
  for (const std::string_view name : others) patch.erase(view(name));
  if (length.is_null()) return true;
  for (const std::string_view name : names) patch[view(name)] = nullptr;
  patch[view(under)] = std::move(length);
  return true;
}

std::optional<unsigned> length_in(const json::object& patch) {
  for (const std::string_view name : all_names) {
    const json::value* const value = patch.if_contains(view(name));
    if (value == nullptr || !value->is_number()) continue;
    json::error_code ec;
    const auto tokens = value->to_number<unsigned>(ec);
    if (!ec && tokens > 0) return tokens;
  }
  return std::nullopt;
}

void set_length(json::object& body, std::span<const std::string_view> names, unsigned tokens) {
  if (names.empty()) return;
  bool is_said = false;
  for (const std::string_view name : names) {
    json::value* const said = body.if_contains(view(name));
    if (said == nullptr) continue;
    *said = tokens;
    is_said = true;
  }
  if (!is_said) body[view(names.front())] = tokens;
}

}  // namespace llmload::dialect
