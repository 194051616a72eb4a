#include "protocol/answer/answer_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace llmload::protocol {
namespace {

struct Entry {
  std::string_view key;
  Name name;
};

// A name is looked up for every member of every event.
constexpr Entry table[] = {
    {"msg", Name::message},
    {"code", Name::code},
    {"name", Name::name},
    {"role", Name::role},
    {"text", Name::text},
    {"type", Name::type},
    {"delta", Name::delta},
    {"error", Name::error},
    {"index", Name::index},
    {"usage", Name::usage},
    {"detail", Name::detail},
    {"errors", Name::error},
    {"object", Name::object},
    {"status", Name::status},
    {"reason", Name::reason},
    {"choices", Name::choices},
    {"content", Name::content},
    {"message", Name::message},
    {"refusal", Name::refusal},
    {"summary", Name::summary},
    {"function", Name::function},
    {"thinking", Name::thinking},
    {"arguments", Name::arguments},
    {"reasoning", Name::reasoning},
    {"error_msg", Name::message},
    {"error_type", Name::code},
    {"statusCode", Name::status},
    {"tool_calls", Name::tool_calls},
    {"error_code", Name::code},
    {"status_code", Name::status},
    {"input_tokens", Name::prompt_tokens},
    {"cached_tokens", Name::cached_tokens},
    {"error_message", Name::message},
    {"finish_reason", Name::finish_reason},
    {"function_call", Name::function_call},
    {"output_tokens", Name::completion_tokens},
    {"prompt_tokens", Name::prompt_tokens},
    {"usageMetadata", Name::vendor_usage},
    {"inputTokenCount", Name::prompt_tokens},
    {"outputTokenCount", Name::completion_tokens},
    {"promptTokenCount", Name::prompt_tokens},
    {"reasoning_tokens", Name::reasoning_tokens},
    {"http_status_code", Name::status},
    {"completion_tokens", Name::completion_tokens},
    {"reasoning_content", Name::reasoning_content},
    {"reasoning_details", Name::reasoning_details},
    {"thoughtsTokenCount", Name::reasoning_tokens},
    {"candidatesTokenCount", Name::completion_tokens},
    {"input_tokens_details", Name::token_details},
    {"cacheReadInputTokens", Name::cached_tokens},
    {"output_tokens_details", Name::token_details},
    {"prompt_tokens_details", Name::token_details},
    {"cache_read_input_tokens", Name::cached_tokens},
    {"cachedContentTokenCount", Name::cached_tokens},
    {"prompt_cache_hit_tokens", Name::cached_tokens},
    {"completion_tokens_details", Name::token_details},
    {"amazon-bedrock-invocationMetrics", Name::vendor_usage},
};

constexpr auto by_length = [](const Entry& entry) { return entry.key.size(); };
static_assert(std::ranges::is_sorted(table, {}, by_length));

/// The table's places by a hash of the name: of most names that are not in it there is none to compare with.
constexpr std::size_t slots = 256;
constexpr std::uint8_t empty = 0xff;
static_assert(std::size(table) < slots / 2);

constexpr std::size_t slot_of(std::string_view key) {
  const auto first = static_cast<unsigned char>(key.front()), last = static_cast<unsigned char>(key.back());
  return (key.size() * 31 + first * 7U + last) % slots;
}

constexpr auto places = [] {
  std::array<std::uint8_t, slots> all{};
  all.fill(empty);
  for (std::size_t i = 0; i < std::size(table); ++i) {
    std::size_t slot = slot_of(table[i].key);
    while (all[slot] != empty) slot = (slot + 1) % slots;
    all[slot] = static_cast<std::uint8_t>(i);
  }
  return all;
}();

}  // namespace

Name name_of(std::string_view key) {
  if (key.empty()) return Name::other;
  for (std::size_t slot = slot_of(key); places[slot] != empty; slot = (slot + 1) % slots) {
    const Entry& entry = table[places[slot]];
    if (entry.key == key) return entry.name;
  }
  return Name::other;
}

}  // namespace llmload::protocol
