#include "llmload/fault.hpp"

#include <array>
#include <string>

#include "llmload/error.hpp"

namespace llmload {
namespace {

struct Entry {
  Fault fault;
  FaultLevel level;
  std::string_view name, description;
};

constexpr auto listener = FaultLevel::listener, connection = FaultLevel::connection,
               answer = FaultLevel::answer, stream = FaultLevel::stream, keep_alive = FaultLevel::keep_alive;

// clang-format off
constexpr std::array<Entry, fault_count> table = {{
    {Fault::refused, listener, "refused", "the port is taken and nobody listens on it; drawn once, at the start"},
    {Fault::restart, listener, "restart", "as a request arrives the listener closes and all connections are reset; the port listens again after 300 ms"},
    {Fault::silent, connection, "silent", "accepted; not a byte is sent"},
    {Fault::tls_wrong_name, connection, "tls_wrong_name", "a trusted certificate for wrong.example"},
    {Fault::tls_expired, connection, "tls_expired", "a trusted certificate that ended yesterday"},
    {Fault::tls_self_signed, connection, "tls_self_signed", "a self-signed certificate other than the trusted one"},
    {Fault::tls_old_version, connection, "tls_old_version", "offers TLS 1.1 at most"},
    {Fault::tls_garbage, connection, "tls_garbage", "text in place of the server's hello"},
    {Fault::tls_close, connection, "tls_close", "closes after the client's hello"},
    {Fault::tls_stall, connection, "tls_stall", "the first bytes of a server's hello, then nothing"},
    {Fault::tls_hello_requests, connection, "tls_hello_requests", "requests for another client's hello without end in place of the server's (at most 1 GB)"},
    {Fault::reset_before_headers, answer, "reset_before_headers", "reset in place of an answer"},
    {Fault::reset_in_headers, answer, "reset_in_headers", "half of the headers, then a reset"},
    {Fault::reset_after_headers, answer, "reset_after_headers", "the headers, then a reset"},
    {Fault::reset_body, answer, "reset_body", "half of the body, then a reset; a stream: in the middle of an event"},
    {Fault::reset_between_events, answer, "reset_between_events", "half of the tokens, then a reset; a whole answer: as reset_body"},
    {Fault::stall_before_headers, answer, "stall_before_headers", "nothing in place of an answer"},
    {Fault::stall_before_first_token, answer, "stall_before_first_token", "the headers and the role, then nothing; a whole answer: the headers"},
    {Fault::stall_between_events, answer, "stall_between_events", "half of the tokens, then nothing; a whole answer: half of the body"},
    {Fault::slow_headers, answer, "slow_headers", "the headers a byte at a time, one each millisecond; then all is well"},
    {Fault::large_header, answer, "large_header", "a header line of 64 KB among the others; else all is well"},
    {Fault::header_bomb, answer, "header_bomb", "header lines without end, as fast as the client takes them (at most 1 GB)"},
    {Fault::interim_flood, answer, "interim_flood", "103 Early Hints without end in place of an answer (at most 1 GB)"},
    {Fault::endless_chunk_size, answer, "endless_chunk_size", "a chunk's size with an extension without end (at most 1 GB)"},
    {Fault::endless_trailer, answer, "endless_trailer", "an empty body in chunks, and behind it trailer lines without end (at most 1 GB)"},
    {Fault::tls_key_updates, answer, "tls_key_updates", "new keys of TLS 1.3 without end in place of an answer, each of which asks for new ones of the client"},
    {Fault::tls_tickets, answer, "tls_tickets", "session tickets of TLS 1.3 without end in place of an answer"},
    {Fault::bad_status_line, answer, "bad_status_line", "a first line that is none, then closes"},
    {Fault::bad_chunk_size, answer, "bad_chunk_size", "a chunk whose size is no number, in the middle of the body; then closes"},
    {Fault::content_length_long, answer, "content_length_long", "announces more than the answer, sends the answer and closes"},
    {Fault::content_length_short, answer, "content_length_short", "announces less than the answer (a whole one: half of it), and sends all of it"},
    {Fault::continue_first, answer, "continue_first", "100 Continue and 103 Early Hints, which nobody asked for; then all is well"},
    {Fault::redirect, answer, "redirect", "307 to /redirected and the same path, where all is well"},
    {Fault::no_content, answer, "no_content", "204"},
    {Fault::html_error, answer, "html_error", "502 with a page of HTML, as from a proxy"},
    {Fault::http_400, answer, "http_400", "400"},
    {Fault::http_400_content_filter, answer, "http_400_content_filter", "400 with Azure's error of a filtered prompt"},
    {Fault::http_401, answer, "http_401", "401 that echoes the key that it got"},
    {Fault::http_403, answer, "http_403", "403"},
    {Fault::http_404, answer, "http_404", "404"},
    {Fault::http_408, answer, "http_408", "408"},
    {Fault::http_413, answer, "http_413", "413"},
    {Fault::http_422, answer, "http_422", "422"},
    {Fault::http_429, answer, "http_429", "429 with retry-after: 1"},
    {Fault::http_429_ms, answer, "http_429_ms", "429 with retry-after-ms: 100"},
    {Fault::http_429_date, answer, "http_429_date", "429 with retry-after as a date, 1 to 2 s ahead"},
    {Fault::http_429_bare, answer, "http_429_bare", "429 without any of these"},
    {Fault::http_500, answer, "http_500", "500"},
    {Fault::http_502, answer, "http_502", "502"},
    {Fault::http_503, answer, "http_503", "503"},
    {Fault::http_504, answer, "http_504", "504"},
    {Fault::empty_body, answer, "empty_body", "200 with content-length 0"},
    {Fault::invalid_json, answer, "invalid_json", "a body that is no JSON; a stream: one event in the middle"},
    {Fault::wrong_shape, answer, "wrong_shape", "JSON whose members have the wrong types; a stream: one event in the middle"},
    {Fault::deep_json, answer, "deep_json", "one more member, nested 10,000 deep; a stream: in one event in the middle; else all is well"},
    {Fault::invalid_utf8, answer, "invalid_utf8", "bytes in the text that are no UTF-8; a stream: in one event in the middle; else all is well"},
    {Fault::huge_body, answer, "huge_body", "1 GB of a valid answer, as fast as the client takes it; a stream: of events with tokens"},
    {Fault::content_filter, answer, "content_filter", "half of the tokens, then finish_reason content_filter"},
    {Fault::event_without_end, stream, "event_without_end", "half of the tokens, then an event that goes on without a line end (at most 1 GB)"},
    {Fault::endless_comments, stream, "endless_comments", "half of the tokens, then comments without end (at most 1 GB)"},
    {Fault::error_event, stream, "error_event", "half of the tokens, then an event with an error and [DONE]"},
    {Fault::error_first, stream, "error_first", "an event with an error as the first, then [DONE]"},
    {Fault::no_done, stream, "no_done", "all but [DONE]; the message ends well"},
    {Fault::cut_stream, stream, "cut_stream", "half of the tokens, without finish_reason and [DONE]; the message ends well"},
    {Fault::data_after_done, stream, "data_after_done", "one more event with a token behind [DONE]"},
    {Fault::endless_stream, stream, "endless_stream", "tokens on and on past max_tokens, a gap apart (at most 1 GB)"},
    {Fault::tokens_after_finish, stream, "tokens_after_finish", "one more event with a token behind the finish_reason"},
    {Fault::duplicate_usage, stream, "duplicate_usage", "usage in two events more, asked for or not"},
    {Fault::close_idle, keep_alive, "close_idle", "a good answer that promises to keep the connection, which closes behind it"},
    {Fault::close_on_request, keep_alive, "close_on_request", "closes in place of an answer, where the connection had answered before"},
    {Fault::idle_408, keep_alive, "idle_408", "a good answer, behind it a 408 that nobody asked for; then closes"},
    {Fault::stale_answer, keep_alive, "stale_answer", "a good answer and, in one write with its end, another that nobody asked for"},
}};
// clang-format on

static_assert([] {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].fault) != i) return false;
  }
  return true;
}());

const Entry& entry(Fault fault) { return table[static_cast<std::size_t>(fault)]; }

}  // namespace

std::span<const Fault> all_faults() noexcept {
  static const auto all = [] {
    std::array<Fault, fault_count> faults{};
    for (const Entry& e : table) faults[static_cast<std::size_t>(e.fault)] = e.fault;
    return faults;
  }();
  return all;
}

std::string_view to_string(Fault fault) noexcept { return entry(fault).name; }
std::string_view describe(Fault fault) noexcept { return entry(fault).description; }
FaultLevel level_of(Fault fault) noexcept { return entry(fault).level; }

Fault parse_fault(std::string_view name) {
  std::string names;
  for (const Entry& e : table) {
    if (e.name == name) return e.fault;
    names += names.empty() ? "" : ", ";
    names += e.name;
  }
  throw InputError("there is no fault \"" + std::string(name) + "\"; there are: " + names);
}

}  // namespace llmload
