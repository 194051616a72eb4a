#include "simulator/answers/metrics_page.hpp"

#include <algorithm>
#include <string_view>

#include "text/number.hpp"

namespace llmload::simulator {
namespace {

void add(std::string& page, std::string_view name, std::string_view type, std::string_view help,
         const std::string& value) {
  const std::string metric = "vllm:" + std::string(name);
  page.append("# HELP ").append(metric).append(" ").append(help).append("\n");
  page.append("# TYPE ").append(metric).append(" ").append(type).append("\n");
  page.append(metric).append("{engine=\"0\",model_name=\"simulated\"} ").append(value).append("\n");
}

}  // namespace

bool asks_for_metrics(const Request& request) {
  const std::string_view target = request.target;
  return request.method == "GET" && target.substr(0, target.find('?')).ends_with("/metrics");
}

std::string metrics_page(const PageCounts& counts, std::optional<std::uint64_t> most,
                         std::optional<double> cache_share) {
  const std::uint64_t running = std::min(counts.under_way, most.value_or(counts.under_way));
  std::string page;
  add(page, "num_requests_running", "gauge", "Requests whose answers are made.", std::to_string(running));
  add(page, "num_requests_waiting", "gauge", "Requests that wait for a place in the batch.",
      std::to_string(counts.under_way - running));
  add(page, "num_preemptions_total", "counter", "There are none.", "0");
  if (!cache_share) return page;
  add(page, "kv_cache_usage_perc", "gauge", "Share of the prefix cache that is used.",
      text::decimals(*cache_share, 6));
  add(page, "prefix_cache_queries_total", "counter", "Tokens of prompts that were looked up.",
      std::to_string(counts.prompt_tokens));
  add(page, "prefix_cache_hits_total", "counter", "Tokens of prompts that were found.",
      std::to_string(counts.cached_tokens));
  return page;
}

}  // namespace llmload::simulator
