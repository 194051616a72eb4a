#include "protocol/answer/answer_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

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

/// A hash that differs for all names of the table, so that a name is compared with one of them, or with none.
constexpr std::size_t slots = 256;

constexpr std::size_t slot_of(std::string_view key, std::size_t factor) {
  const auto first = static_cast<unsigned char>(key.front());
  const auto later = static_cast<unsigned char>(key[key.size() * 3 / 4]);
  return (key.size() * factor + first * 7U + later) % slots;
}

constexpr bool differs_for_all(std::size_t factor) {
  std::array<bool, slots> taken{};
  return std::ranges::none_of(
      table, [&](const Entry& entry) { return std::exchange(taken[slot_of(entry.key, factor)], true); });
}

constexpr std::size_t factor = [] {
  std::size_t found = 1;
  while (found < slots && !differs_for_all(found)) ++found;  // from there on they repeat
  return found;
}();
static_assert(differs_for_all(factor), "two names have one slot whatever the factor: hash another byte, too");

constexpr Entry no_entry{"", Name::other};
constexpr auto entries = [] {
  std::array<Entry, slots> all{};
  all.fill(no_entry);
  for (const Entry& entry : table) all[slot_of(entry.key, factor)] = entry;
  return all;
}();

/// Whether the first and the last bytes are the same, as many as a Word has. Both have as many, at least.
template <class Word>
bool same_ends(std::string_view a, std::string_view b) {
  const auto word = [](const char* bytes) {
    Word value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  };
  const std::size_t last = a.size() - sizeof(Word);
  return word(a.data()) == word(b.data()) && word(a.data() + last) == word(b.data() + last);
}

/// As ==, without the call that it makes: names are short, and many.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() < 4 || a.size() > 16) return a == b;
  return a.size() < 8 ? same_ends<std::uint32_t>(a, b) : same_ends<std::uint64_t>(a, b);
}

}  // namespace

Name name_of(std::string_view key) {
  if (key.empty()) return Name::other;
  const Entry& entry = entries[slot_of(key, factor)];
  return same(entry.key, key) ? entry.name : Name::other;
}

}  // namespace llmload::protocol
