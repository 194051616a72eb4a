#include "protocol/answer_names.hpp"

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

// By length, for a name is looked up for every member of every event.
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
    {"choices", Name::choices},
    {"content", Name::content},
    {"message", Name::message},
    {"refusal", Name::refusal},
    {"summary", Name::summary},
    {"function", Name::function},
    {"thinking", Name::thinking},
    {"arguments", Name::arguments},
    {"reasoning", Name::reasoning},
    {"error_type", Name::code},
    {"statusCode", Name::status},
    {"tool_calls", Name::tool_calls},
    {"error_code", Name::code},
    {"status_code", Name::status},
    {"input_tokens", Name::prompt_tokens},
    {"cached_tokens", Name::cached_tokens},
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

constexpr std::size_t longest = std::end(table)[-1].key.size();

/// Where in the table the keys of each length begin.
constexpr auto begins = [] {
  std::array<std::uint8_t, longest + 2> places{};
  for (std::size_t size = 0; size < places.size(); ++size) {
    const auto* const first = std::ranges::lower_bound(table, size, {}, by_length);
    places[size] = static_cast<std::uint8_t>(first - std::begin(table));
  }
  return places;
}();

}  // namespace

Name name_of(std::string_view key) {
  if (key.size() > longest) return Name::other;
  for (std::size_t i = begins[key.size()]; i < begins[key.size() + 1]; ++i) {
    const std::string_view word = table[i].key;
    if (word.front() != key.front() || word.back() != key.back()) continue;  // most that are not it end here
    if (word == key) return table[i].name;
  }
  return Name::other;
}

}  // namespace llmload::protocol
