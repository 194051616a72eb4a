#include "report/records/record_json.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <chrono>
#include <concepts>
#include <iterator>
#include <utility>
#include <vector>

#include "metrics/record_check.hpp"
#include "report/json_members.hpp"

namespace llmload::report {
namespace {

namespace json = boost::json;
using std::chrono::nanoseconds;

struct NamedStamp {
  std::string_view name;
  Stamp RequestRecord::*stamp;
};
constexpr std::array<NamedStamp, 19> stamps = {{
    {"scheduled_ns", &RequestRecord::scheduled},
    {"admitted_ns", &RequestRecord::admitted},
    {"dispatched_ns", &RequestRecord::dispatched},
    {"opening_ns", &RequestRecord::opening},
    {"resolved_ns", &RequestRecord::resolved},
    {"tcp_connected_ns", &RequestRecord::tcp_connected},
    {"tls_done_ns", &RequestRecord::tls_done},
    {"send_began_ns", &RequestRecord::send_began},
    {"sent_ns", &RequestRecord::sent},
    {"first_byte_ns", &RequestRecord::first_byte},
    {"headers_ns", &RequestRecord::headers},
    {"first_event_ns", &RequestRecord::first_event},
    {"role_event_ns", &RequestRecord::role_event},
    {"first_token_ns", &RequestRecord::first_token},
    {"last_token_ns", &RequestRecord::last_token},
    {"finish_event_ns", &RequestRecord::finish_event},
    {"last_choice_event_ns", &RequestRecord::last_choice_event},
    {"done_ns", &RequestRecord::done},
    {"ended_ns", &RequestRecord::ended},
}};

struct NamedCount {
  std::string_view name;
  std::optional<std::uint64_t> RequestRecord::*count;
};
constexpr std::array<NamedCount, 12> counts = {{
    {"usage_prompt_tokens", &RequestRecord::usage_prompt_tokens},
    {"usage_completion_tokens", &RequestRecord::usage_completion_tokens},
    {"usage_cached_tokens", &RequestRecord::usage_cached_tokens},
    {"usage_reasoning_tokens", &RequestRecord::usage_reasoning_tokens},
    {"shared_tokens", &RequestRecord::shared_tokens},
    {"first_choice_bytes", &RequestRecord::first_choice_bytes},
    {"prompt_tokens", &RequestRecord::prompt_tokens},
    {"system_tokens", &RequestRecord::system_tokens},
    {"output_tokens", &RequestRecord::output_tokens},
    {"reasoning_tokens", &RequestRecord::reasoning_tokens},
    {"tool_tokens", &RequestRecord::tool_tokens},
    {"text_bytes", &RequestRecord::text_bytes},
}};

struct NamedText {
  std::string_view name;
  std::string RequestRecord::*text;
  bool answer;  // its text, which a plan may leave out
};
constexpr std::array<NamedText, 8> texts = {{
    {"label", &RequestRecord::label, false},
    {"finish_reason", &RequestRecord::finish_reason, false},
    {"x_request_id", &RequestRecord::request_id, false},
    {"error_code", &RequestRecord::error_code, false},
    {"error", &RequestRecord::error, false},
    {"output", &RequestRecord::output, true},
    {"reasoning", &RequestRecord::reasoning, true},
    {"tool_text", &RequestRecord::tool_text, true},
}};

// A record comes a thousand times a second, with hundreds of events: its line is put together by hand.

void append(std::string& out, std::integral auto value) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}
void append(std::string& out, nanoseconds value) { append(out, value.count()); }
void append(std::string& out, bool value) { out += value ? "true" : "false"; }
void append(std::string& out, std::string_view text) {
  out += json::serialize(json::string_view(text.data(), text.size()));
}

void member(std::string& out, std::string_view name, const auto& value) {
  out += ",\"";
  out += name;
  out += "\":";
  append(out, value);
}

void append_events(std::string& out, const std::vector<TokenEvent>& events) {
  out += ",\"events\":[";
  for (const TokenEvent& e : events) {
    out += '[';
    append(out, e.at);
    out += ',';
    append(out, e.text_end);
    out += ',';
    append(out, e.tokens);
    out += ',';
    append(out, static_cast<unsigned>(e.kind));
    out += e.merged ? ",1]," : ",0],";
  }
  out.back() = ']';
}

void append_bounds(std::string& out, const std::vector<ArrivalBound>& bounds) {
  out += ",\"bounds\":[";
  for (const ArrivalBound& b : bounds) {
    out += '[';
    append(out, b.first);
    out += ',';
    append(out, b.count);
    out += ',';
    append(out, b.earliest);
    out += "],";
  }
  out.back() = ']';
}

using BoundNumbers = std::array<std::int64_t, 3>;

ArrivalBound bound_of(const BoundNumbers& numbers) {
  const auto [first, count, earliest] = numbers;
  if (!std::in_range<std::uint32_t>(first) || !std::in_range<std::uint32_t>(count))
    throw InputError("/bounds: a number is out of its range");
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(count), nanoseconds(earliest)};
}

using EventNumbers = std::array<std::int64_t, 5>;

TokenEvent event_of(const EventNumbers& e) {
  const auto [at, text_end, tokens, kind, merged] = e;
  if (!is_time(nanoseconds(at)) || !std::in_range<std::uint32_t>(text_end) ||
      !std::in_range<std::uint16_t>(tokens) || kind < 0 || kind > static_cast<int>(TextKind::tool) ||
      merged < 0 || merged > 1) {
    throw InputError("/events: a number is out of its range");
  }
  return {nanoseconds(at), static_cast<std::uint32_t>(text_end), static_cast<std::uint16_t>(tokens),
          static_cast<TextKind>(kind), merged == 1};
}

/// What was not said is null.
void append_limits(std::string& out, const std::vector<ServerLimits>& limits) {
  const auto append_or_null = [&out](const auto& value) {
    out += ',';
    if (value)
      append(out, *value);
    else
      out += "null";
  };
  out += ",\"limits\":[";
  for (const ServerLimits& said : limits) {
    out += '[';
    append(out, said.at);
    append_or_null(said.remaining_requests);
    append_or_null(said.remaining_tokens);
    append_or_null(said.utilization_millionths);
    out += "],";
  }
  out.back() = ']';
}

using LimitNumbers = std::array<std::optional<std::int64_t>, 4>;

ServerLimits limits_of(const LimitNumbers& numbers) {
  const auto [at, requests, tokens, utilization] = numbers;
  if (!at || !is_time(nanoseconds(*at)) || (utilization && !std::in_range<std::uint32_t>(*utilization)))
    throw InputError("/limits: a number is out of its range");
  ServerLimits said{nanoseconds(*at), requests, tokens};
  if (utilization) said.utilization_millionths = static_cast<std::uint32_t>(*utilization);
  return said;
}

/// The enumerator of `Enum`, which has `count` of them from 0 on, that is written as the member's text.
template <class Enum>
Enum named(const json::object& line, std::string_view member_name, std::size_t count) {
  const auto text = get<std::string>(line, member_name);
  for (std::size_t i = 0; i < count; ++i) {
    if (to_string(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  throw InputError('/' + std::string(member_name) + ": \"" + text + "\" is not known to this version");
}

}  // namespace

void append_request(std::string& out, std::uint64_t stage, const RequestRecord& r, bool with_text) {
  out += R"({"type":"request")";
  member(out, "stage", stage);
  member(out, "index", r.index);
  if (r.turns != 1) {
    member(out, "turn", r.turn);
    member(out, "first_turn", r.first_turn);
    member(out, "turns", r.turns);
  }
  member(out, "max_tokens", r.max_tokens);
  member(out, "shard", r.shard);
  member(out, "endpoint", r.endpoint);
  if (r.model != 0) member(out, "model", r.model);
  member(out, "measured", r.measured);
  member(out, "outcome", to_string(r.outcome));
  member(out, "http_status", r.http_status);
  for (const auto& [name, stamp] : stamps) {
    if (r.*stamp) member(out, name, *(r.*stamp));
  }
  if (r.first_byte) member(out, "time_source", to_string(r.time_source));
  member(out, "reconnects", r.reconnects);
  if (r.stale_answers > 0) member(out, "stale_answers", r.stale_answers);
  if (r.attempts > 1) {
    member(out, "attempts", r.attempts);
    member(out, "retry_wait_ns", r.retry_wait);
  }
  if (!r.limits.empty()) append_limits(out, r.limits);
  member(out, "connection_reused", r.connection_reused);
  member(out, "body_bytes", r.body_bytes);
  for (const auto& [name, count] : counts) {
    if (r.*count) member(out, name, *(r.*count));
  }
  if (r.usage_refused) member(out, "usage_refused", true);
  if (r.text_dropped) member(out, "text_dropped", true);
  member(out, "streamed", r.streamed);
  member(out, "first_token_merged", r.first_token_merged);
  if (!r.events.empty()) append_events(out, r.events);
  if (!r.bounds.empty()) append_bounds(out, r.bounds);
  for (const auto& [name, text, answer] : texts) {
    if ((r.*text).empty() || (answer && !with_text)) continue;
    member(out, name, std::string_view(text::valid_utf8(r.*text)));
  }
  out += "}\n";
}

RequestLine read_request(const json::object& line) {
  RequestLine result;
  RequestRecord& r = result.record;
  r.stage = result.stage = get<std::uint64_t>(line, "stage");
  r.index = get<std::uint64_t>(line, "index");
  r.turn = find<unsigned>(line, "turn").value_or(0);
  r.first_turn = find<unsigned>(line, "first_turn").value_or(0);
  r.turns = find<unsigned>(line, "turns").value_or(1);
  r.max_tokens = get<unsigned>(line, "max_tokens");
  r.shard = get<unsigned>(line, "shard");
  r.endpoint = find<unsigned>(line, "endpoint").value_or(0);
  r.model = find<unsigned>(line, "model").value_or(0);
  r.measured = get<bool>(line, "measured");
  r.outcome = named<Outcome>(line, "outcome", outcome_count);
  r.http_status = get<int>(line, "http_status");
  for (const auto& [name, stamp] : stamps) r.*stamp = find_ns(line, name);
  if (r.first_byte) r.time_source = named<TimeSource>(line, "time_source", 3);
  r.reconnects = get<unsigned>(line, "reconnects");
  r.stale_answers = find<unsigned>(line, "stale_answers").value_or(0);
  r.attempts = find<unsigned>(line, "attempts").value_or(1);
  r.retry_wait = nanoseconds(find<std::int64_t>(line, "retry_wait_ns").value_or(0));
  if (const auto limits = find<std::vector<LimitNumbers>>(line, "limits"))
    std::ranges::transform(*limits, std::back_inserter(r.limits), limits_of);
  r.connection_reused = get<bool>(line, "connection_reused");
  r.body_bytes = get<std::uint64_t>(line, "body_bytes");
  for (const auto& [name, count] : counts) r.*count = find<std::uint64_t>(line, name);
  r.usage_refused = find<bool>(line, "usage_refused").value_or(false);
  r.text_dropped = find<bool>(line, "text_dropped").value_or(false);
  r.streamed = get<bool>(line, "streamed");
  r.first_token_merged = get<bool>(line, "first_token_merged");
  if (const auto events = find<std::vector<EventNumbers>>(line, "events")) {
    r.events.reserve(events->size());
    for (const EventNumbers& event : *events) r.events.push_back(event_of(event));
  }
  if (const auto bounds = find<std::vector<BoundNumbers>>(line, "bounds"))
    std::ranges::transform(*bounds, std::back_inserter(r.bounds), bound_of);
  for (const auto& [name, text, answer] : texts) r.*text = find<std::string>(line, name).value_or("");
  metrics::require_sound(r);
  return result;
}

}  // namespace llmload::report
