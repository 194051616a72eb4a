#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/answers/answer.hpp"
#include "simulator/answers/output_text.hpp"
#include "simulator/latency/latency_model.hpp"
#include "simulator/server/client_connection.hpp"
#include "simulator/server/request.hpp"

namespace llmload::simulator {

/// What all answers are made with.
struct AnswerSource {
  const SimulatorOptions& options;
  OutputText& text;
  LatencyModel& latency;
  std::atomic<std::uint64_t>& events_sent;
};

/// What differs from answer to answer.
struct AnswerIds {
  std::string id;
  std::int64_t created = 0;  ///< Unix time, s
};

/// One valid request, and what its answer is to have.
struct Exchange {
  ClientConnection& connection;
  const Request& request;
  const Question& question;
  const AnswerIds& ids;
  std::string_view fields;  ///< header lines
  std::shared_ptr<const Output> output;
  std::string_view finish_reason = "length";
  std::optional<PromptTokens> counted = {};  ///< where they had to be as the request came

  [[nodiscard]] unsigned tokens() const { return static_cast<unsigned>(output->ends.size()); }
  [[nodiscard]] PromptTokens prompt_tokens(const OutputText& text) const {
    return counted ? *counted : PromptTokens{text.count(question.prompt)};
  }
  /// As its dialect writes it.
  [[nodiscard]] SimulatedAnswer answer(const PromptTokens& prompt = {}) const {
    return {.id = ids.id,
            .created = ids.created,
            .text = output->text,
            .prompt_tokens = prompt.all,
            .cached_tokens = prompt.cached,
            .completion_tokens = output->ends.size(),
            .finish_reason = finish_reason,
            .asks_for_usage = question.asks_for_usage};
  }

  /// When the request's last byte came.
  [[nodiscard]] net::Time received() const { return connection.stream().arrival().at; }
};

}  // namespace llmload::simulator
