#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <llmload/export.hpp>
#include <llmload/fault.hpp>
#include <llmload/simulated_dialect.hpp>
#include <llmload/tokenizer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace llmload {

/// Whose stream events the simulator sends; docs/simulator.md shows each.
enum class ServerStyle { serverless, azure_openai, vllm };

/// A request as it came.
struct ReceivedRequest {
  std::string method = {}, target = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< in their order
  std::string body = {};
  std::uint64_t connection = 0;                         ///< 1, 2 ... as they were accepted
  std::chrono::steady_clock::time_point received = {};  ///< the arrival of its last byte

  bool operator==(const ReceivedRequest&) const = default;
};

/// An answer of one's own. As it is made: the one that the simulator gives without it.
struct SimulatedReply {
  int status = 200;  ///< another one: an answer at once, whose whole body is `text`
  /// What it says, in UTF-8: each of its tokens comes when the latency model says, however many were asked
  /// for. Without one: the simulator's text.
  std::optional<std::string> text = {};
  std::string finish_reason = {};  ///< empty: "stop" where there is a text, else "length"
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< beside the usual ones
};

/// What a latency model of one's own is told of a request.
struct TimedRequest {
  std::uint64_t number = 0;  ///< 0, 1 ... as the answers begin
  std::size_t prompt_tokens = 0;
  unsigned tokens = 0;            ///< of the answer
  std::size_t cached_tokens = 0;  ///< of the prompt's: those that the prefix cache had
};

/// The simulated endpoint's settings. The functions are called by the simulator's thread, on which all
/// connections wait for them. A request for which one throws, whatever the type, is answered with 500, and
/// Simulator::stop() throws the first. docs/simulator.md has the latency models and their closed forms.
struct SimulatorOptions {
  std::string address = "127.0.0.1";  ///< a loopback address: the simulator is no public server
  std::uint16_t port = 0;             ///< 0: a free one
  bool tls = true;                    ///< with a certificate made at start; see Simulator::ca_pem()
  std::string api_key;                ///< the one that is accepted; empty: any, but one must be sent

  // Model "fixed": the first token after ttft, each further one after gap, both moved by up to +-jitter.
  std::chrono::nanoseconds ttft = std::chrono::milliseconds{50};
  std::chrono::nanoseconds gap = std::chrono::milliseconds{20};
  std::chrono::nanoseconds jitter{0};

  // Model "batching": after ttft a request joins the batch; each step gives every member one token and takes
  // step_base + members * step_per_stream; at most max_batch are members, the rest queue in order.
  bool batching = false;
  std::chrono::nanoseconds step_base = std::chrono::milliseconds{10};
  std::chrono::nanoseconds step_per_stream = std::chrono::microseconds{500};
  unsigned max_batch = 64;

  /// A model of one's own in place of these: how long after the last byte of its request an answer's token 0,
  /// 1 ... comes; never before the one ahead. Asked for all tokens at once, when the request has come.
  std::function<std::chrono::nanoseconds(const TimedRequest& request, unsigned token)> latency = {};

  /// Called for each valid request within the quotas: its answer. Empty: the simulator's text, as long as
  /// was asked for.
  std::function<SimulatedReply(const ReceivedRequest& request)> answer = {};
  std::size_t keep_requests = 0;  ///< requests_received() has the last so many

  std::vector<std::string> models = {"simulated-llama"};  ///< that a GET of /v1/models lists; empty: none
  bool metrics = true;  ///< a GET of /metrics shows what it has to do, under vLLM's names (docs/simulator.md)
  ServerStyle style = ServerStyle::serverless;
  /// Spoken beside those that are known, each at its own paths; the first one whose path it is. They have no
  /// style.
  std::vector<std::shared_ptr<const SimulatedDialect>> dialects = {};
  unsigned tokens_per_event = 1;       ///< streams: an event is sent with its last token; at least 1
  unsigned events_per_write = 1;       ///< streams: a write is made with its last event; at least 1
  bool refuse_stream_options = false;  ///< a request with stream_options is answered with 422
  std::string truth_file;              ///< when each event was sent (docs/simulator.md); empty: not written

  /// What goes wrong, and how often. Each connection and each request tries them in order and takes the first
  /// that it draws.
  std::vector<FaultRule> faults;

  // Quotas, where they are set, above 0. Each window of 10 s has a sixth of them (docs/simulator.md); what is
  // beyond is a 429.
  /// A request is charged its prompt and max_tokens when it comes.
  std::optional<std::uint64_t> tokens_per_minute = {};
  std::optional<std::uint64_t> requests_per_minute = {};

  /// Whether it remembers how prompts began, in blocks of 16 tokens, and says in each `usage` how many tokens
  /// it had of them. It takes no time off an answer, but TimedRequest tells a latency model.
  bool prefix_cache = false;
  std::size_t prefix_cache_blocks = 65'536;  ///< at most, above 0; those used least recently go

  /// An idle connection is closed after this; empty: never.
  std::optional<std::chrono::nanoseconds> idle_close = {};
  std::uint64_t seed = 1;
  std::shared_ptr<const ModelTokenizer> tokenizer;  ///< null: a token is a word
};

/// A simulated OpenAI-compatible endpoint on loopback: a real TLS server on a thread of its own that speaks
/// /v1/chat/completions, /v1/completions, /v1/responses and /v1/messages, streamed and not.
/// It serves from construction to stop() or destruction.
class LLMLOAD_EXPORT Simulator {
 public:
  /// Throws InputError where the address can't be bound or is no loopback address, where the truth file can't
  /// be opened, and for an option that is 0 and must not be.
  explicit Simulator(SimulatorOptions options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;
  /// It serves on. What is left of the other can be destroyed or assigned to.
  Simulator(Simulator&& other) noexcept;
  /// Likewise; what served here stops, as by its destructor.
  Simulator& operator=(Simulator&& other) noexcept;

  /// Ends serving and its thread; answers under way stay cut. The counts are final then, and the truth file
  /// is complete; the destructor does the same. Throws what a function of the options threw first, else
  /// std::runtime_error where the truth file could not be written.
  void stop();

  [[nodiscard]] std::uint16_t port() const noexcept;  ///< that it listens on
  [[nodiscard]] std::string origin() const;           ///< "https://127.0.0.1:8443"
  [[nodiscard]] const std::string& ca_pem()
      const;  ///< the certificate that signs it (PEM); empty without TLS

  /// The last SimulatorOptions::keep_requests that came, also those that were refused, in the order in which
  /// their last bytes were read. From any thread.
  [[nodiscard]] std::vector<ReceivedRequest> requests_received() const;

  [[nodiscard]] std::uint64_t connections() const noexcept;  ///< accepted so far
  [[nodiscard]] std::uint64_t requests() const noexcept;     ///< answered or begun to be answered so far
  [[nodiscard]] std::uint64_t events() const noexcept;  ///< stream events sent so far, [DONE] not counted
  [[nodiscard]] std::uint64_t faults() const noexcept;  ///< connections and requests with a fault so far
  [[nodiscard]] std::uint64_t faults(Fault fault) const noexcept;  ///< likewise, with this one

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llmload
