#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dataset/trace/trace.hpp"
#include "llmload/pacer.hpp"
#include "llmload/request_source.hpp"
#include "workload/random_words.hpp"

namespace llmload::dataset {

/// Random prompts of a trace's lengths. What its rows share by their hashes, their prompts share, to the
/// block; all else is unique. Request i is copy i modulo `copies` of row i / `copies`, which shares with its
/// own copies alone; behind the last row they come again, and share with nothing of before. Rows that go on
/// from others are later turns of theirs, each with all of its prompt (History::none), due at its own time.
class TraceSource : public RequestSource {
 public:
  /// Throws InputError where the vocabulary has no words of one token.
  TraceSource(const ModelTokenizer& tokenizer, std::shared_ptr<const Trace> trace, unsigned copies,
              std::uint64_t seed)
      : trace_(std::move(trace)), copies_(copies), seed_(seed), words_(tokenizer) {}

  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& conversation) const override;
  [[nodiscard]] unsigned most_turns() const noexcept override { return trace_->most_turns; }
  [[nodiscard]] unsigned turns(const Conversation& conversation) const override;

 private:
  /// The blocks of `row`; how many tokens they are.
  std::uint32_t append_blocks(std::size_t row, std::uint64_t of_copy, std::string& text) const;
  /// With which its conversation begins.
  [[nodiscard]] std::size_t first_row(const Conversation& conversation) const {
    return trace_->row_of_arrival(conversation.index / copies_ % trace_->arrivals());
  }

  const std::shared_ptr<const Trace> trace_;
  const unsigned copies_;
  const std::uint64_t seed_;
  const workload::RandomWords words_;
};

/// Due as the rows are, each copy with its row.
class TracePacer : public Pacer {
 public:
  TracePacer(std::shared_ptr<const Trace> trace, unsigned copies)
      : trace_(std::move(trace)), copies_(copies) {}

  [[nodiscard]] std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    const std::uint64_t row = index / copies_;  // among those that are due by themselves
    return row < trace_->arrivals() ? std::optional(trace_->due[trace_->row_of_arrival(row)]) : std::nullopt;
  }

 private:
  const std::shared_ptr<const Trace> trace_;
  const unsigned copies_;
};

}  // namespace llmload::dataset
