#include "llmload/metrics.hpp"

namespace llmload::metrics {

std::optional<std::int64_t> template_tokens(const RequestRecord& record) noexcept {
  if (!record.usage_prompt_tokens || !record.prompt_tokens) return std::nullopt;
  const std::uint64_t known = *record.prompt_tokens + record.system_tokens.value_or(0);
  return static_cast<std::int64_t>(*record.usage_prompt_tokens) - static_cast<std::int64_t>(known);
}

}  // namespace llmload::metrics
