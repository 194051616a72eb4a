#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "llmload/error.hpp"
#include "llmload/metrics.hpp"
#include "metrics/record_check.hpp"
#include "metrics/stage_fold.hpp"

namespace llmload::metrics {

SummarySettings summary_settings(const Plan& plan) {
  std::vector<std::string> models;
  for (const ModelShare& model : plan.models) models.push_back(model.name);
  return {.tokenizer = plan.tokenizer != nullptr,
          .tokens_from = plan.tokens_from,
          .count_bos = plan.count_bos,
          .stream = plan.stream,
          .cache = plan.cache,
          .exact_output = plan.exact_output,
          .conversations = plan.source && plan.source->most_turns() > 1,
          .models = std::move(models),
          .quota = plan.quota.has_value(),
          .simulated = plan.endpoints_in_process,
          .own_connections = plan.connection == Connection::per_request,
          .threshold_tps = plan.threshold_tps,
          .max_error_rate = plan.max_error_rate,
          .goodput = plan.goodput,
          .price = plan.price};
}

Summary summarize(std::span<const RequestRecord> records, const SummarySettings& settings,
                  const Stage& stage) {
  constexpr unsigned most_shards = 65'536;  // a broken number must not become memory
  unsigned shards = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    try {
      require_sound(records[i]);
      if (records[i].shard >= most_shards) throw InputError("its shard is out of its range");
      if (records[i].model >= std::max<std::size_t>(1, settings.models.size()))
        throw InputError("its model is none of the settings'");
    } catch (const InputError& e) {
      throw InputError("record " + std::to_string(i) + ": " + e.what());
    }
    shards = std::max(shards, records[i].shard + 1);
  }
  StageFold fold(settings, stage, shards);
  for (const RequestRecord& record : records) fold.add(record);
  return fold.summarize({});
}

}  // namespace llmload::metrics
