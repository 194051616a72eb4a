#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
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

  [[nodiscard]] unsigned tokens() const { return static_cast<unsigned>(output->ends.size()); }
  /// As its dialect writes it.
  [[nodiscard]] SimulatedAnswer answer(std::size_t prompt_tokens = 0) const {
    return {.id = ids.id,
            .created = ids.created,
            .text = output->text,
            .prompt_tokens = prompt_tokens,
            .completion_tokens = output->ends.size(),
            .finish_reason = finish_reason,
            .asks_for_usage = question.asks_for_usage};
  }

  /// When the request's last byte came.
  [[nodiscard]] net::Time received() const { return connection.stream().arrival().at; }
};

}  // namespace llmload::simulator
