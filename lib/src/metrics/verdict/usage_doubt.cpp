#include "metrics/verdict/usage_doubt.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "text/number.hpp"

namespace llmload::metrics {
namespace {

/// Both in 1.5 times, and a token an answer, of each other.
bool agree(std::uint64_t a, std::uint64_t b, std::uint64_t answers) {
  const auto [less, more] = std::minmax(a, b);
  return more * 2 <= less * 3 || more - less <= answers;
}

/// Of the text, which itself need not be in a records file: a stream's as its time line has it. Empty where
/// a file does not tell.
std::optional<std::uint64_t> text_bytes(const RequestRecord& record) {
  if (record.text_dropped) return std::nullopt;
  if (!record.streamed) return record.text_bytes;
  std::array<std::uint64_t, 3> ends{};
  for (auto event = record.events.begin(); event != record.events.end();) {
    const TextKind kind = event->kind;
    std::uint64_t end = ends[static_cast<std::size_t>(kind)];
    for (; event != record.events.end() && event->kind == kind; ++event)  // one kind comes in long rows
      end = std::max<std::uint64_t>(end, event->text_end);
    ends[static_cast<std::size_t>(kind)] = end;
  }
  return ends[0] + ends[1] + ends[2];
}

}  // namespace

void UsageDoubt::add(const RequestRecord& r) {
  if (!r.usage_completion_tokens) return;
  // Some servers count reasoning apart: then it is no part of the others.
  const bool has_reasoning =
      r.usage_reasoning_tokens && *r.usage_reasoning_tokens <= *r.usage_completion_tokens;
  const std::uint64_t usage = *r.usage_completion_tokens - (has_reasoning ? *r.usage_reasoning_tokens : 0);
  if (r.output_tokens) {
    ++answers_;
    by_usage_ += usage;
    by_tokenizer_ += *r.output_tokens - (has_reasoning ? r.reasoning_tokens.value_or(0) : 0);
    return;
  }
  ++uncounted_;
  usage_of_all_ += usage;
  const auto bytes = text_bytes(r);
  bytes_of_all_ += bytes.value_or(r.body_bytes);
  if (!bytes || has_reasoning) return;
  ++texts_;
  usage_of_texts_ += usage;
  bytes_of_texts_ += *bytes;
}

void UsageDoubt::merge(const UsageDoubt& other) {
  answers_ += other.answers_;
  by_usage_ += other.by_usage_;
  by_tokenizer_ += other.by_tokenizer_;
  uncounted_ += other.uncounted_;
  usage_of_all_ += other.usage_of_all_;
  bytes_of_all_ += other.bytes_of_all_;
  texts_ += other.texts_;
  usage_of_texts_ += other.usage_of_texts_;
  bytes_of_texts_ += other.bytes_of_texts_;
}

void UsageDoubt::fill(Summary& s, const SummarySettings& settings) const {
  if (by_tokenizer_ > 0) s.usage_ratio = static_cast<double>(by_usage_) / static_cast<double>(by_tokenizer_);
  if (!agree(by_usage_, by_tokenizer_, answers_)) {
    s.token_doubt =
        "the server counts " + std::to_string(by_usage_) + " output tokens in " + std::to_string(answers_) +
        " answers, the tokenizer " + std::to_string(by_tokenizer_) +
        (settings.own_counts() ? "; the numbers are by the tokenizer" : "; the numbers are by the server");
    return;
  }
  constexpr std::uint64_t most_bytes_a_token = 16;
  const bool too_many = usage_of_all_ > bytes_of_all_ && !agree(usage_of_all_, bytes_of_all_, uncounted_);
  const std::uint64_t most_bytes = usage_of_texts_ * most_bytes_a_token;
  const bool too_few =
      bytes_of_texts_ > most_bytes && !agree(most_bytes, bytes_of_texts_, texts_ * most_bytes_a_token);
  if (too_many) {
    s.token_doubt = "the server counts " + std::to_string(usage_of_all_) + " output tokens in answers of " +
                    std::to_string(bytes_of_all_) + " bytes";
  } else if (too_few) {
    s.token_doubt = "the server counts " + std::to_string(usage_of_texts_) + " output tokens in " +
                    std::to_string(bytes_of_texts_) + " bytes of text";
  }
}

}  // namespace llmload::metrics
