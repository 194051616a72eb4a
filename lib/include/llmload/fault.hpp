#pragma once

#include <cstddef>
#include <llmload/export.hpp>
#include <span>
#include <string_view>

namespace llmload {

/// What the simulated endpoint can do wrong. describe() says what each one does; docs/simulator.md has them
/// in a table.
enum class Fault {
  // Of the listener.
  refused,
  restart,
  // Of a connection, drawn when it is accepted.
  silent,
  tls_wrong_name,
  tls_expired,
  tls_self_signed,
  tls_old_version,
  tls_garbage,
  tls_close,
  tls_stall,
  tls_hello_requests,
  // Of an answer, streamed or not, drawn when its request has come.
  reset_before_headers,
  reset_in_headers,
  reset_after_headers,
  reset_body,
  reset_between_events,
  stall_before_headers,
  stall_before_first_token,
  stall_between_events,
  slow_headers,
  large_header,
  header_bomb,
  interim_flood,
  endless_chunk_size,
  endless_trailer,
  tls_key_updates,
  tls_tickets,
  bad_status_line,
  bad_chunk_size,
  content_length_long,
  content_length_short,
  continue_first,
  redirect,
  no_content,
  html_error,
  http_400,
  http_400_content_filter,
  http_401,
  http_403,
  http_404,
  http_408,
  http_413,
  http_422,
  http_429,
  http_429_ms,
  http_429_date,
  http_429_bare,
  http_500,
  http_502,
  http_503,
  http_504,
  empty_body,
  invalid_json,
  wrong_shape,
  deep_json,
  invalid_utf8,
  huge_body,
  content_filter,
  // Of a stream: a request that asks for none never draws them.
  event_without_end,
  endless_comments,
  error_event,
  error_first,
  no_done,
  cut_stream,
  data_after_done,
  endless_stream,
  tokens_after_finish,
  duplicate_usage,
  // Of a connection that is kept from request to request, drawn with a request.
  close_idle,
  close_on_request,
  idle_408,
  stale_answer
};

/// Of Fault.
inline constexpr std::size_t fault_count = static_cast<std::size_t>(Fault::stale_answer) + 1;

/// What a fault befalls; the comments of Fault in other words.
enum class FaultLevel { listener, connection, answer, stream, keep_alive };

/// How often a fault befalls what it can befall.
struct FaultRule {
  Fault fault{};
  double probability = 1;
};

[[nodiscard]] LLMLOAD_EXPORT std::span<const Fault>
all_faults() noexcept;  ///< in the order above, for as long as the program runs
[[nodiscard]] LLMLOAD_EXPORT std::string_view to_string(Fault fault) noexcept;  ///< "reset_body"
[[nodiscard]] LLMLOAD_EXPORT std::string_view describe(
    Fault fault) noexcept;                                               ///< what the server does, in a line
[[nodiscard]] LLMLOAD_EXPORT FaultLevel level_of(Fault fault) noexcept;  ///< what it befalls

/// The fault of this name. Throws InputError with all names where there is none.
[[nodiscard]] LLMLOAD_EXPORT Fault parse_fault(std::string_view name);

}  // namespace llmload
