#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "llmload/simulated_dialect.hpp"
#include "simulator/server/request.hpp"

namespace llmload::simulator {

/// What a client asks for, or why it can't have it.
struct Question : SimulatedQuestion {
  const SimulatedDialect* dialect = nullptr;  ///< null: none has its path
  int error_status = 0;                       ///< not 0: refused, with `error`
  std::string error = {};
};

inline constexpr unsigned most_tokens = 131'072;

/// Reads a request in the first of `dialects` whose path it has; they must outlive the question. `key` is the
/// one that is accepted; empty: any, but one must be there.
Question read_question(const Request& request, std::string_view key,
                       std::span<const std::shared_ptr<const SimulatedDialect>> dialects);

/// Its key is `key`; where that is empty, it has one.
bool accepted(const Request& request, std::string_view key);

/// A GET of .../v1/models.
bool asks_for_models(const Request& request);
/// The list of `models`, as OpenAI-compatible servers give it.
std::string models_answer(std::span<const std::string> models);

/// The body of an error in `dialect`; null: as OpenAI-compatible servers write it.
std::string error_answer(const SimulatedDialect* dialect, int status, std::string_view message);
/// Likewise (429) of a quota that is used up, in Azure's words; `what`: "token" or "call".
std::string rate_limited_answer(const SimulatedDialect& dialect, std::string_view what,
                                std::chrono::seconds retry_after);
/// Azure's answer (422) to a parameter of the body that it does not take; `input` is its value, as JSON.
std::string not_supported_answer(std::string_view parameter, std::string_view input);

}  // namespace llmload::simulator
