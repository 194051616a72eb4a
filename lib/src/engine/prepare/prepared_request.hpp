#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/http/request_writer.hpp"
#include "workload/prompt_tokens.hpp"
#include "workload/spec_of.hpp"

namespace llmload::engine {

/// What a request is in its conversation, and what the next turn needs of it.
struct PreparedTurn {
  unsigned number = 0;
  workload::Turns turns;
  std::chrono::nanoseconds think{0};
  std::optional<std::chrono::nanoseconds> behind_first;  ///< these two as RequestSpec has them
  std::shared_ptr<const std::vector<Message>> system;    ///< those of its messages that are no part of `said`
  std::size_t said_from = 0, said_until = 0;             ///< protocol::TurnBody's, in the body

  [[nodiscard]] bool is_last() const { return number + 1 >= turns.all; }
};

/// All of a request but its head, which has the key: that may be renewed until it is sent.
struct PreparedRequest {
  std::string body;
  unsigned max_tokens = 0;
  unsigned model = 0;                        ///< place in Plan::models
  protocol::RequestWriter::Headers headers;  ///< its own
  std::string label;
  /// Of a later turn without the answers that came: those are counted behind it.
  workload::PromptTokens tokens;
  std::uint64_t charged_tokens = 0;  ///< by the quota, if there is one, beside max_tokens
  PreparedTurn turn;
};
using PreparedPtr = std::shared_ptr<const PreparedRequest>;

}  // namespace llmload::engine
