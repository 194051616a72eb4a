#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "simulator/answer.hpp"
#include "simulator/client_connection.hpp"
#include "simulator/latency_model.hpp"
#include "simulator/output_text.hpp"
#include "simulator/request.hpp"

namespace llmload::simulator {

/// What all answers are made with.
struct AnswerSource {
  const SimulatorOptions& options;
  OutputText& text;
  LatencyModel& latency;
  std::atomic<std::uint64_t>& events_sent;
};

/// One valid request, and what its answer is to have.
struct Exchange {
  ClientConnection& connection;
  const Request& request;
  const Question& question;
  const AnswerIds& ids;
  std::string_view fields;  ///< header lines

  /// When the request's last byte came.
  [[nodiscard]] std::int64_t received() const { return connection.stream().arrival().at; }
};

}  // namespace llmload::simulator
