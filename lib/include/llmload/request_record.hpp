#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <llmload/export.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace llmload {

/// How a request ended. Each request that was begun has exactly one.
enum class Outcome : std::uint8_t {
  ok,                ///< a complete answer
  incomplete,        ///< the answer ended before its end
  stream_error,      ///< an error in an event of the stream
  content_filtered,  ///< refused or cut by the provider's content filter
  rate_limited,  ///< HTTP 429; this and the others of HTTP also where an error in place of an answer says so
  http_3xx,      ///< a redirect, which is not followed
  http_4xx,      ///< any other client error
  http_5xx,      ///< a server error
  bad_response,  ///< not HTTP, not JSON, or JSON of another shape
  too_large,     ///< more bytes than are accepted
  dns_failed,    ///< the name did not resolve
  connect_failed,       ///< no address accepted the connection
  connect_timeout,      ///< no address answered in time
  tls_failed,           ///< the handshake or the certificate failed
  tls_timeout,          ///< the handshake did not end in time
  first_byte_timeout,   ///< no byte of an answer in time
  first_token_timeout,  ///< no token in time
  idle_timeout,         ///< too long between two events
  total_timeout,        ///< not complete within the request's time
  reset,                ///< the peer closed or reset the connection before an answer
  cancelled,            ///< the run was interrupted
  generation_failed,    ///< a whole answer with an error in it, or a finish reason such as "abort"
};
/// Of Outcome.
inline constexpr std::size_t outcome_count = static_cast<std::size_t>(Outcome::generation_failed) + 1;

/// The enumerator's name, as the outputs write it.
[[nodiscard]] LLMLOAD_EXPORT std::string_view to_string(Outcome outcome) noexcept;
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out,
                                        Outcome outcome);  ///< its name, as of the others here

/// What a finish reason says of the answer; docs/answers.md has them all.
enum class Finish : std::uint8_t {
  none,      ///< there is none
  good,      ///< it came to its end
  filtered,  ///< a content filter ended it
  failed,    ///< the server gave it up
  unknown    ///< a reason that this version does not know, which is taken for a good one
};
/// What `reason` says, in whatever case.
[[nodiscard]] LLMLOAD_EXPORT Finish finish_of(std::string_view reason);
[[nodiscard]] LLMLOAD_EXPORT std::string_view to_string(Finish finish) noexcept;  ///< the enumerator's name
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, Finish finish);        ///< likewise

/// Whose clock timed the arrivals: the kernel's receive stamps, or ours at the read.
enum class TimeSource : std::uint8_t { kernel, user, mixed };
[[nodiscard]] LLMLOAD_EXPORT std::string_view to_string(
    TimeSource source) noexcept;                                                ///< the enumerator's name
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, TimeSource source);  ///< likewise

/// A point in time, as what has passed of the monotonic clock since the stage's start; empty where it did not
/// happen.
using Stamp = std::optional<std::chrono::nanoseconds>;

/// What kind of text a token belongs to. `content` is also a completion's text and a refusal.
enum class TextKind : std::uint8_t { content, reasoning, tool };
[[nodiscard]] LLMLOAD_EXPORT std::string_view to_string(TextKind kind) noexcept;  ///< the enumerator's name
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, TextKind kind);        ///< likewise

/// One event of a stream that carried tokens. 16 bytes: there is one for each token of each request under
/// way.
struct TokenEvent {
  std::chrono::nanoseconds at{0};  ///< arrival, since the stage's start
  std::uint32_t text_end = 0;      ///< bytes of its kind's text up to and with this event
  std::uint16_t tokens = 0;        ///< that were complete with it, by the tokenizer; set by the Collector
  TextKind kind = TextKind::content;
  bool merged = false;  ///< it came in one read with the event before it: the time between them is not known

  bool operator==(const TokenEvent&) const = default;
};

/// Token events that came in a read with others behind them, so that their arrival is known within bounds
/// only: between `earliest` and their stamp.
struct ArrivalBound {
  std::uint32_t first = 0;               ///< place among the record's events
  std::uint32_t count = 0;               ///< events from there on
  std::chrono::nanoseconds earliest{0};  ///< since the stage's start

  bool operator==(const ArrivalBound&) const = default;
};

/// What the headers of an answer said of the server's limits.
struct ServerLimits {
  std::chrono::nanoseconds at{0};  ///< when they came, since the stage's start
  std::optional<std::int64_t> remaining_requests = {}, remaining_tokens = {};
  std::optional<std::uint32_t> utilization_millionths = {};  ///< of a provisioned deployment

  bool operator==(const ServerLimits&) const = default;
};

/// The facts of one request. Metrics are functions of it.
struct RequestRecord {
  std::uint64_t stage = 0;  ///< its number in the run: 0, 1, 2 ...
  std::uint64_t index = 0;  ///< within the stage; tells the prompt and the endpoint; the conversation's
  unsigned turn = 0;        ///< within its conversation, as the next two
  unsigned first_turn = 0;  ///< that was sent: it began there, with a history that is made up
  unsigned turns = 1;       ///< that it has; 1: a single request
  std::string label;        ///< that its RequestSpec had
  unsigned max_tokens = 0;  ///< that it asked for
  unsigned shard = 0;
  unsigned endpoint = 0;  ///< its place in the plan's list
  unsigned model = 0;     ///< its place in Plan::models
  bool measured = true;   ///< false: it belongs to the warm-up or the cool-down

  // The request's way, in order. Arrivals (headers to done) are the kernel's where it stamps them.
  Stamp scheduled;   ///< when it was due (open loops, and a conversation's later turns; as the next)
  Stamp admitted;    ///< it was due, and a cap that queues had room for it: from here on a delay is ours
  Stamp dispatched;  ///< a session took it
  Stamp opening;     ///< it began to open its connection; the next three likewise only where it opened one
  Stamp resolved;    ///< name resolved
  Stamp tcp_connected;
  Stamp tls_done;
  Stamp send_began;   ///< just before its first byte was given to the kernel; where it was sent more than
                      ///< once, this and all that follow are of the last sending
  Stamp sent;         ///< its last byte was given to the kernel
  Stamp first_byte;   ///< first byte of the answer
  Stamp headers;      ///< last byte of the header
  Stamp first_event;  ///< streams only, as the next five
  Stamp role_event;   ///< the first with a role and no text
  Stamp first_token;
  Stamp last_token;
  Stamp finish_event;       ///< the first with a finish reason
  Stamp last_choice_event;  ///< the last with a choice
  Stamp done;               ///< last byte of the answer; of a stream, its [DONE] where it has one
  Stamp ended;  ///< `done`; else the last that came, where a limit of ours or an interruption ended it, or
                ///< when the failure was known

  Outcome outcome = Outcome::cancelled;
  TimeSource time_source = TimeSource::user;
  int http_status = 0;  ///< 0: no status line came
  unsigned reconnects = 0;
  unsigned stale_answers = 0;  ///< connections that were closed because bytes came that answer no request
  unsigned attempts = 1;       ///< sendings; those before the last one ended as rate_limited, with an expired
                               ///< key, or with a connection that had died or brought a stale answer
  std::chrono::nanoseconds retry_wait{0};  ///< between attempts
  bool connection_reused = false;
  std::uint64_t body_bytes = 0;
  std::optional<std::uint64_t> text_bytes;  ///< of output, reasoning and tool text; whole answers that are ok

  std::optional<std::uint64_t> usage_prompt_tokens;      ///< as the server counts
  std::optional<std::uint64_t> usage_completion_tokens;  ///< as the server counts
  std::optional<std::uint64_t> usage_cached_tokens;      ///< part of the prompt's, as the server says
  std::optional<std::uint64_t> usage_reasoning_tokens;   ///< part of the completion's, likewise
  std::optional<std::uint64_t>
      shared_tokens;           ///< RequestSpec::shared_tokens, of the prompt; of one that is ok
  bool usage_refused = false;  ///< it had a usage, or a part of one, that can't be, which is not here
  bool text_dropped = false;   ///< there was no room for its texts and events, which are not here (its stamps
                               ///< are): its output tokens are those of `usage`
  std::optional<std::uint64_t> first_choice_bytes;  ///< of output, where those of other choices are behind it
  // By the tokenizer; set by the Collector, where there is one and the request is ok.
  std::optional<std::uint64_t>
      prompt_tokens;  ///< of the user's prompt alone, with its conversation's history
  std::optional<std::uint64_t> system_tokens;     ///< of the system prompt, where there is one
  std::optional<std::uint64_t> output_tokens;     ///< of output, reasoning and tool text
  std::optional<std::uint64_t> reasoning_tokens;  ///< part of output_tokens, as the next
  std::optional<std::uint64_t> tool_tokens;

  std::vector<ServerLimits> limits;  ///< of each attempt's answer that said any

  std::vector<TokenEvent> events;    ///< streams only: the time line of the tokens
  std::vector<ArrivalBound> bounds;  ///< of those events whose stamp may be late, in their order
  bool streamed = false;             ///< the answer came as an event stream
  bool first_token_merged = false;   ///< a later token event came in one read with it: it may be late

  std::string finish_reason;
  std::string request_id;
  std::string error_code;  ///< the server's own, bounded
  std::string error;       ///< one bounded line, the key redacted; empty where ok
  // Of several choices the first one's text, and behind it those of the others.
  std::string output;     ///< content
  std::string reasoning;  ///< what the model thought before it spoke
  std::string tool_text;  ///< names and arguments of tool calls

  bool operator==(const RequestRecord&) const = default;
};
/// "request 3: rate_limited, HTTP 429".
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, const RequestRecord& record);

}  // namespace llmload
