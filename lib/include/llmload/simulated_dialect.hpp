#pragma once

#include <cstddef>
#include <cstdint>
#include <llmload/export.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace llmload {

/// What a request asks of the simulated endpoint.
struct SimulatedQuestion {
  std::string prompt = {};
  unsigned max_tokens = 256;  ///< 1 to 131,072; another number is refused (400)
  bool stream = false;
  bool asks_for_usage = false;      ///< of its stream
  std::string stream_options = {};  ///< the body's member, as JSON, which may be refused; empty: it has none
  std::string refusal = {};         ///< why the body is no request (400); empty: it is one
};

/// What an answer of the simulated endpoint has.
struct SimulatedAnswer {
  std::string_view id = {};
  std::int64_t created = 0;       ///< Unix time, s
  std::string_view text = {};     ///< as it stands between the quotes of a JSON string
  std::size_t prompt_tokens = 0;  ///< 0 where a stream begins: they are not counted yet
  /// Of the prompt's, those that the prefix cache had; empty: there is none, or a stream begins.
  std::optional<std::size_t> cached_tokens = {};
  std::size_t completion_tokens = 0;
  std::string_view finish_reason = {};  ///< "length", or what else is simulated
  bool asks_for_usage = false;
};

/// The events of a stream, up to its last token. Each is a server-sent one, with its empty line.
struct SimulatedStream {
  std::vector<std::string> opening = {};         ///< those that come at once
  std::string with_first_token = {};             ///< the event before the first token's; empty: none
  std::string token_begin = {}, token_end = {};  ///< an event of tokens; their text stands between them
  std::string last_token_end = {};               ///< likewise of the last token; empty: as the others
};

/// The other side of a Dialect: how the simulated endpoint reads requests in it, and answers. Chat,
/// completions, responses and messages are four; give your own to SimulatorOptions::dialects.
/// Threads:  its functions are called by the Simulator's thread, and must not throw.
/// Lifetime: shared with the Simulator.
class LLMLOAD_EXPORT SimulatedDialect {
 public:
  virtual ~SimulatedDialect() = default;

  /// With which the paths end that are answered in it.
  [[nodiscard]] virtual std::string_view path_suffix() const = 0;
  /// What a request's body asks.
  [[nodiscard]] virtual SimulatedQuestion read(std::string_view body) const = 0;

  /// The body of an answer that is not streamed.
  [[nodiscard]] virtual std::string whole_answer(const SimulatedAnswer& answer) const = 0;
  /// Once for each stream: its events of tokens are put together from it.
  [[nodiscard]] virtual SimulatedStream stream(const SimulatedAnswer& answer) const = 0;
  /// The events behind the last token.
  [[nodiscard]] virtual std::vector<std::string> closing(const SimulatedAnswer& answer) const = 0;
  /// What is behind them and counts as no event: "data: [DONE]\n\n". Empty: nothing.
  [[nodiscard]] virtual std::string_view done() const { return ""; }

  /// What the 429 of a quota calls a request in it.
  [[nodiscard]] virtual std::string_view operation() const { return "ChatCompletions_Create"; }
  /// An event without text that has `members` of a JSON object: some faults are in them.
  [[nodiscard]] virtual std::string odd_event(const SimulatedAnswer& /*answer*/,
                                              std::string_view members) const {
    return R"(data: {"choices":[],)" + std::string(members) + "}\n\n";
  }
  /// The body of an error of this HTTP status. Empty: as OpenAI-compatible servers write it.
  [[nodiscard]] virtual std::string error_body(int /*status*/, std::string_view /*message*/) const {
    return "";
  }
  /// The event of a stream that says that the server failed. Empty: likewise.
  [[nodiscard]] virtual std::string error_event(std::string_view /*message*/) const { return ""; }
};

}  // namespace llmload
