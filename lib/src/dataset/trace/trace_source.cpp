#include "dataset/trace/trace_source.hpp"

#include <algorithm>
#include <utility>

#include "workload/random.hpp"
#include "workload/spec_of.hpp"

namespace llmload::dataset {

using workload::mixed;

std::shared_ptr<const RequestSpec> TraceSource::next(const Conversation& conversation) const {
  const std::uint64_t round = conversation.index / copies_ / trace_->arrivals();
  const std::uint64_t copy = round * copies_ + conversation.index % copies_;
  const std::size_t first = first_row(conversation), row = trace_->row_behind(first, conversation.turn);
  const std::uint64_t number = workload::number_of(conversation);
  const std::uint64_t seed = workload::salted(conversation.seed.value_or(seed_), conversation.salt);
  const std::uint64_t of_stage = mixed(seed, conversation.stage);
  std::string text;
  const std::uint32_t in_blocks = append_blocks(row, mixed(~of_stage, copy), text);
  words_.append(text, of_stage + number, mixed(of_stage, number), trace_->input[row] - in_blocks);
  RequestSpec spec = ask(std::move(text));
  spec.max_tokens = trace_->output[row];
  spec.prompt_tokens = trace_->input[row];
  spec.shared_tokens = trace_->block_tokens != 0 ? trace_->shared[row] : 0;
  if (conversation.turn > 0) spec.behind_first = trace_->due[row] - trace_->due[first];
  return std::make_shared<const RequestSpec>(std::move(spec));
}

unsigned TraceSource::turns(const Conversation& conversation) const {
  if (trace_->next.empty()) return 1;
  unsigned turns = 1;
  for (std::size_t row = first_row(conversation); trace_->next[row] != Trace::no_row; row = trace_->next[row])
    ++turns;
  return turns;
}

std::uint32_t TraceSource::append_blocks(std::size_t row, std::uint64_t of_copy, std::string& text) const {
  if (trace_->block_tokens == 0) return 0;
  std::uint32_t tokens = 0;
  for (std::uint64_t i = row == 0 ? 0 : trace_->hashes_until[row - 1]; i < trace_->hashes_until[row]; ++i) {
    const std::uint32_t here = std::min(trace_->block_tokens, trace_->input[row] - tokens);
    const std::uint64_t seed = mixed(of_copy, trace_->hashes[i]);
    words_.append(text, seed, seed, here);
    tokens += here;
  }
  return tokens;
}

}  // namespace llmload::dataset
