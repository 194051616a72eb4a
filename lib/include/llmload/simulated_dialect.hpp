#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace llmload {

/// What a request asks of the simulated endpoint.
struct SimulatedQuestion {
  std::string prompt = {};
  unsigned max_tokens = 256;  ///< the answer has so many; 1 to 131,072
  bool stream = false;
};

/// What an answer of the simulated endpoint has.
struct SimulatedAnswer {
  std::string_view id = {};
  std::string_view text = {};  ///< plain ASCII without quotes and backslashes; empty at a stream's end
  std::size_t prompt_tokens = 0, completion_tokens = 0;
  std::string_view finish_reason = {};  ///< "length", or "content_filter" where that is simulated
};

/// The other side of a Dialect of one's own: how the simulated endpoint reads requests in it, and answers.
/// Derive from it and give it to SimulatorOptions. Events are server-sent ones, each with its empty line.
/// Threads:  its functions are called by the Simulator's thread, and must not throw.
/// Lifetime: shared with the Simulator.
class SimulatedDialect {
 public:
  virtual ~SimulatedDialect() = default;

  /// With which the paths end that are answered in it.
  [[nodiscard]] virtual std::string_view path_suffix() const = 0;
  /// Of a request's body. Empty: the request is refused (400).
  [[nodiscard]] virtual std::optional<SimulatedQuestion> read(std::string_view body) const = 0;

  /// The body of an answer that is not streamed.
  [[nodiscard]] virtual std::string whole_answer(const SimulatedAnswer& answer) const = 0;
  /// The event before those of tokens; empty: there is none.
  [[nodiscard]] virtual std::string first_event(std::string_view /*id*/) const { return ""; }
  /// The event of one or more tokens, whose text is as SimulatedAnswer's.
  [[nodiscard]] virtual std::string token_event(std::string_view text) const = 0;
  /// The event behind them, which ends the stream.
  [[nodiscard]] virtual std::string last_event(const SimulatedAnswer& answer) const = 0;
};

}  // namespace llmload
