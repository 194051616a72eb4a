#include "metrics/server/server_reading.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace llmload::metrics {
namespace {

struct Name {
  std::string_view name;
  ServerValue value;
};

// Of the names of one value the first that a page has is taken: some versions have an old one beside the new.
constexpr std::array names = {
    // vLLM
    Name{"vllm:num_requests_running", ServerValue::running},
    Name{"vllm:num_requests_waiting", ServerValue::queued},
    Name{"vllm:kv_cache_usage_perc", ServerValue::kv_cache},
    Name{"vllm:gpu_cache_usage_perc", ServerValue::kv_cache},
    Name{"vllm:prefix_cache_queries_total", ServerValue::prefix_queries},
    Name{"vllm:gpu_prefix_cache_queries_total", ServerValue::prefix_queries},
    Name{"vllm:prefix_cache_hits_total", ServerValue::prefix_hits},
    Name{"vllm:gpu_prefix_cache_hits_total", ServerValue::prefix_hits},
    Name{"vllm:gpu_prefix_cache_hit_rate", ServerValue::prefix_share},
    Name{"vllm:num_preemptions_total", ServerValue::preemptions},
    // SGLang
    Name{"sglang:num_running_reqs", ServerValue::running},
    Name{"sglang:num_queue_reqs", ServerValue::queued},
    Name{"sglang:token_usage", ServerValue::kv_cache},
    Name{"sglang:cache_hit_rate", ServerValue::prefix_share},
    // llama.cpp
    Name{"llamacpp:requests_processing", ServerValue::running},
    Name{"llamacpp:requests_deferred", ServerValue::queued},
    Name{"llamacpp:kv_cache_usage_ratio", ServerValue::kv_cache},
    // TGI
    Name{"tgi_batch_current_size", ServerValue::running},
    Name{"tgi_queue_size", ServerValue::queued},
    // LMDeploy
    Name{"lmdeploy:num_requests_running", ServerValue::running},
    Name{"lmdeploy:num_requests_waiting", ServerValue::queued},
    Name{"lmdeploy:gpu_cache_usage_perc", ServerValue::kv_cache},
};

bool is_share(ServerValue value) {
  return value == ServerValue::kv_cache || value == ServerValue::prefix_share;
}

/// What can be: beyond it a page is wrong, or means it to be.
double most(ServerValue value) {
  if (is_share(value)) return 1;
  const bool is_level = value == ServerValue::running || value == ServerValue::queued;
  return is_level ? 1e9 : 9'007'199'254'740'992;  // beyond which a double does not count by one
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  return from == std::string_view::npos ? std::string_view() : text.substr(from);
}

/// What follows the labels that `text` begins with, "{a="b",c="}"}"; all of it where there are none.
std::string_view behind_labels(std::string_view text) {
  if (!text.starts_with('{')) return text;
  bool quoted = false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == '}' && !quoted)
      return text.substr(i + 1);
  }
  return {};
}

std::optional<double> number(std::string_view text, double most) {
  text = without_blanks(text);
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r"));
  double value = 0;
  const auto [at, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || at != word.data() + word.size()) return std::nullopt;
  const bool can_be = value >= 0 && value <= most;  // NaN is neither
  return can_be ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<ServerReading> read_server_page(std::string_view page) {
  std::array<std::optional<double>, names.size()> found;
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    const std::string_view line = without_blanks(page.substr(0, end));
    page.remove_prefix(std::min(end + 1, page.size()));
    const std::string_view name = line.substr(0, line.find_first_of("{ \t"));
    const auto known = std::ranges::find(names, name, &Name::name);
    if (known == names.end()) continue;
    const auto value = number(behind_labels(without_blanks(line.substr(name.size()))), most(known->value));
    if (!value) continue;
    auto& sum = found[static_cast<std::size_t>(known - names.begin())];
    sum = is_share(known->value) ? std::max(sum.value_or(0), *value) : sum.value_or(0) + *value;
  }
  ServerReading reading;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto& value = reading[names[i].value];
    if (!value && found[i] && *found[i] <= most(names[i].value)) value = found[i];
  }
  return reading == ServerReading() ? std::nullopt : std::optional(reading);
}

}  // namespace llmload::metrics
