#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <llmload/condition.hpp>
#include <llmload/credentials.hpp>
#include <llmload/dialect.hpp>
#include <llmload/error.hpp>
#include <llmload/export.hpp>
#include <llmload/request_source.hpp>
#include <llmload/stage.hpp>
#include <llmload/token_lengths.hpp>
#include <llmload/tokenizer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace llmload {

/// How the key is sent. automatic: in the header that the dialect says (Dialect::auth_header); but a key that
/// begins with "Bearer " goes into Authorization as it is.
enum class Auth { automatic, bearer, raw, api_key, none };

/// Which count of tokens the numbers are made from. tokenizer: ours where there is one, else the server's.
/// usage: the server's; a tokenizer then only counts beside it.
enum class TokensFrom { tokenizer, usage };

/// keep_alive: connections are opened before the stage and reused.
/// per_request: each request resolves, connects and shakes hands by itself, inside its own latency.
enum class Connection { keep_alive, per_request };

/// A string that is never printed: no stream operator, and reveal() is easy to find in a review.
class LLMLOAD_EXPORT Secret {
 public:
  Secret() = default;
  /// Keeps `value`.
  explicit Secret(std::string value) : value_(std::move(value)) {}
  /// The string, as long as the Secret lives.
  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }  ///< there is none

 private:
  std::string value_;
};

/// Where a tunnel to an endpoint is asked for with CONNECT, over HTTP without TLS.
struct Proxy {
  std::string host;
  std::string port;
  Secret credentials;  ///< "user:password"; empty: none
};

/// One URL, taken apart. `target` is the path with its query string, as it goes onto the wire.
struct LLMLOAD_EXPORT Endpoint {
  std::string url;
  bool tls = true;
  std::string host;  ///< in lower case, without the brackets of an IPv6 address
  std::string port;
  std::string target;
  std::shared_ptr<const Dialect> dialect = chat_dialect();
  std::optional<Proxy> proxy = {};  ///< only with TLS
};

/// Takes a URL apart; the path's suffix (chat/completions, completions, /responses or /messages) tells the
/// dialect.
/// Throws InputError: no http or https scheme, no host, a user in it, a bad port, an unknown suffix.
[[nodiscard]] LLMLOAD_EXPORT Endpoint parse_endpoint(std::string_view url);
/// Likewise a URL whose path must end as those of `dialect` do. Throws InputError where that is null, too.
[[nodiscard]] LLMLOAD_EXPORT Endpoint parse_endpoint(std::string_view url,
                                                     std::shared_ptr<const Dialect> dialect);

/// What the prompts of a run share, for a server that keeps what it has read. shared: what they share, they
/// share; files and system prompts are always sent as they are. unique: each differs from all others, of this
/// run and of others, from its first words on.
enum class CachePolicy { shared, unique };

/// What a conversation's later turns repeat of what was said before. answers: all, with the answers that
/// came. source: all, with those that the source says (RequestSource::answer). none: nothing, for each turn's
/// own messages have it, as those of a trace.
enum class History { answers, source, none };

/// Limits that make a request a good one; an empty one does not apply.
struct Goodput {
  std::optional<double> ttft_ms, tpot_ms, e2e_ms;  ///< metrics::ttft_ms and its like
};

/// How long each step of a request may take; a limit that passes ends it with an outcome of its own.
struct Timeouts {
  std::chrono::nanoseconds connect = std::chrono::seconds{5};  ///< of each address
  std::chrono::nanoseconds tls = std::chrono::seconds{10};     ///< the handshake
  std::chrono::nanoseconds first_byte =
      std::chrono::seconds{600};  ///< from the attempt to send it, as the next
  std::chrono::nanoseconds first_token = std::chrono::seconds{600};  ///< of a stream, begun or not
  std::chrono::nanoseconds idle = std::chrono::seconds{120};   ///< between events, or reads of a whole answer
  std::chrono::nanoseconds total = std::chrono::seconds{600};  ///< of each attempt, with its connection
};

/// What follows a 429: it is the result, or the request is sent again after a while.
struct Retry {
  bool rate_limited = false;
  unsigned most = 5;  ///< further attempts of a request
  std::chrono::nanoseconds budget =
      std::chrono::seconds{60};  ///< from the first attempt to the last one's start
};

/// What a deployment allows; empty: no such limit. Requests are spaced so that they stay below it.
struct Quota {
  /// A request is charged its prompt and its max_tokens.
  std::optional<std::uint64_t> tokens_per_minute = {};
  std::optional<std::uint64_t> requests_per_minute = {};
};

/// What tokens cost.
struct Price {
  double input = 0, output = 0;  ///< of a million tokens
  std::string currency = "USD";
};

/// What a run may take in all, over its stages, warm-ups and all; empty: any number. Where it is used up
/// nothing more begins, and what is under way ends as it would, so tokens and cost may be passed by that.
/// Tokens are the server's `usage`, else the tokenizer's; the cost is by Plan::price.
struct Budget {
  std::optional<std::uint64_t> requests = {};
  std::optional<std::uint64_t> tokens = {};  ///< of prompts and answers
  std::optional<double> cost = {};
};

/// One of the models, or adapters, that a server has.
struct ModelShare {
  std::string name;  ///< sent as "model"
  double share = 1;  ///< of the requests, beside the others': 3 and 1 are three quarters and one
};

class StageSource;  // <llmload/stage_source.hpp>

/// What to run: plain data. load_parameters() makes one from a parameters.json; a harness fills it by hand.
/// `endpoints`, `stages` (or `stage_source`) and `source` must be set; everything else has a default that
/// works.
struct Plan {
  std::vector<Endpoint> endpoints;  ///< used round robin by the request's index; all of one dialect
  std::vector<Stage> stages;
  std::shared_ptr<const StageSource> stage_source;  ///< in place of `stages`: says each when it is its turn
  std::shared_ptr<const RequestSource> source;
  std::string label;                        ///< for people: what the run is called in its outputs
  std::string prompts_description;          ///< for people: "random, 2000 tokens each, each different"
  CachePolicy cache = CachePolicy::shared;  ///< what the source does, for the outputs
  History history = History::answers;       ///< of conversations
  std::string salt;  ///< of the source's random prompts; empty: run() draws one of 32 random hex digits
  std::shared_ptr<const Tokenizer> tokenizer;  ///< null: tokens are the server's `usage`
  std::string tokenizer_description = "server usage";
  TokensFrom tokens_from = TokensFrom::tokenizer;
  std::string tokenizer_sha256;  ///< of its file, in hex; empty where there is none

  Secret api_key;
  std::shared_ptr<Credentials> credentials;  ///< where set, they give the key in place of api_key
  Auth auth = Auth::automatic;
  std::vector<std::pair<std::string, std::string>> extra_headers;
  std::string system_prompt;  ///< where the dialect has roles; empty: no system message
  std::string model;          ///< empty: the payload has no "model"
  /// Where nothing names a model the endpoints are asked for their lists before the run, at "/v1/models", and
  /// where all have one alone, the same, it is sent; but for requests that name one in their own body.
  bool ask_for_model = false;
  /// In place of `model`: each request, or conversation, is of one of them, drawn by its index and the
  /// stage's seed, else `models_seed`. Their results are also told apart (Summary::groups).
  std::vector<ModelShare> models;
  std::uint64_t models_seed = 1;
  TokenLengths max_tokens = 256;
  /// Answers are asked for with exactly max_tokens, in the surest way that the server takes (ignore_eos and
  /// min_tokens, one of them, or neither): requests before the first stage find out.
  bool exact_output = false;
  double temperature = 0.6;
  double top_p = 0.9;
  /// Answers are asked for as event streams, with their `usage` where the server takes that question: one
  /// request before the first stage finds out. An extra_body with "stream_options" asks in its own way.
  bool stream = false;
  std::string extra_body;  ///< a JSON merge patch (RFC 7396) on the payload; empty: none

  Connection connection = Connection::keep_alive;
  bool endpoints_in_process = false;  ///< a Simulator of this process answers: its sockets count, too, and
                                      ///< all outputs say that the run is simulated
  std::string ca_pem;                 ///< certificates (PEM) that are trusted beside the system's
  /// What is shown to a server that asks who its client is (mutual TLS): a certificate (PEM), behind it those
  /// that lead from it to its root, and its private key (PEM), which is not encrypted. Both, or neither.
  std::string client_certificate_pem;
  Secret client_key_pem;
  bool tls_verify = true;
  /// Lets a key go over http to an address that is not loopback; else run() refuses such a plan, by the
  /// addresses that its names lead to. A key: api_key, credentials, or an extra header that is named like
  /// one.
  bool allow_plaintext_key = false;
  Timeouts timeouts;
  /// The run waits so long at most, before its first request, until all endpoints answer (docs/parameters.md
  /// says what an answer is); empty: it does not wait.
  std::optional<std::chrono::nanoseconds> ready_timeout;
  /// The server's page of its own metrics, in Prometheus' text format, which is read each second: an http or
  /// https URL; or "auto": that beside the first endpoint's "/v1", where there is one (docs/live.md). Empty:
  /// none is read. The key and the extra headers go to an endpoint's origin alone.
  std::string server_metrics;
  std::uint64_t max_response_bytes = 64 * 1024 * 1024;  ///< of a body; what goes on beyond it is cut off
  /// That the answers of a run may hold together, under way or waiting to be counted; beyond it an answer's
  /// text is dropped (RequestRecord::text_dropped). Empty: a quarter of the memory that is there.
  std::optional<std::uint64_t> max_waiting_bytes;
  Retry retry;
  std::optional<Quota> quota;
  std::optional<Price> price;
  std::optional<double> max_error_rate;  ///< a stage of which a larger share fails begins no more requests
  Budget budget;
  /// The run has not met its limits where one of these is so at a stage, or can't be told of it.
  std::vector<Condition> fail_if;

  unsigned cores = 0;  ///< shards, a thread each; 0: one per core of the machine; see shard_count()
  double threshold_tps = 7;
  std::optional<Goodput> goodput;
  bool kernel_time = true;  ///< false: arrivals are timed at our reads, as other tools do
  bool record_text = true;  ///< RecordsSink writes the answers' text, too
  bool count_bos = false;   ///< adds one token to each count, as the original scripts do

  std::string run_id;  ///< names the run in its outputs; empty: run() makes one of 32 random hex digits
  std::string host;    ///< the machine's name, likewise; empty: run() asks the system
  std::vector<std::string> warnings;   ///< what the user should know before the run, one line each
  std::string parameters_json = "{}";  ///< the parameters as given, secrets left out; for the outputs
};

/// Throws PlanError where `plan` is not one that can be run as it says: the rules that hold for files hold
/// for plans made by hand, too. run(), check() and load_parameters() call it. No name is looked up, and
/// neither a pacer nor a source is asked, but for a PromptList: what they give is looked at when it is used.
/// check() sees to what this machine has room for. Also throws what the dialects' name(), path_suffix() and
/// problem_of() throw.
LLMLOAD_EXPORT void validate(const Plan& plan);

/// The dialect of its endpoints; the chat's where it has none yet. It lives as long as the plan does,
/// unchanged. Throws InputError where it is null.
[[nodiscard]] LLMLOAD_EXPORT const Dialect& dialect_of(const Plan& plan);

/// The shards that a run of `plan` on this machine has, a thread each.
[[nodiscard]] LLMLOAD_EXPORT unsigned shard_count(const Plan& plan) noexcept;

}  // namespace llmload
