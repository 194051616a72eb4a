#include "protocol/record_builder.hpp"

#include <algorithm>
#include <utility>

#include "protocol/server_error.hpp"

namespace llmload::protocol {
namespace {

Outcome outcome_of_status(int status) {
  if (status == 429) return Outcome::rate_limited;
  if (status >= 500) return Outcome::http_5xx;
  if (status >= 400) return Outcome::http_4xx;
  if (status >= 300) return Outcome::http_3xx;
  return Outcome::bad_response;
}

bool is_event_stream(std::string_view content_type) { return content_type.starts_with("text/event-stream"); }
bool says_nothing(std::string_view content_type) {
  return content_type.empty() || content_type.starts_with("text/plain");
}

bool one_read(const Arrival& a, const Arrival& b) { return a.at == b.at || a.drain == b.drain; }

// Of text: a TokenEvent counts its tokens, which are a byte at the least, in 16 bits.
constexpr std::size_t most_in_an_event = 32 * 1024;
constexpr std::size_t most_set_aside = 512;  // tokens
constexpr std::size_t most_of_an_error = 64 * 1024;
constexpr std::size_t bytes_a_token = 6;  // a little more than usual

}  // namespace

void RecordBuilder::start(RequestRecord& record) {
  reader_.start();
  events_.start();
  record_ = &record;
  record.outcome = Outcome::cancelled;
  record.error.clear();
  record.sent.reset();
  concluded_ = any_choice_ = type_is_unknown_ = false;
}

Reading RecordBuilder::on_bytes(std::string_view bytes, const Arrival& arrival) {
  RequestRecord& r = *record_;
  last_ = arrival;
  if (!r.first_byte) {
    r.first_byte = arrival.at;
    r.time_source = arrival.source;
  } else if (r.time_source != arrival.source) {
    r.time_source = TimeSource::mixed;
  }
  const auto state = reader_.put(bytes);
  if (!r.headers && reader_.status() != 0) on_head(arrival.at);
  if (type_is_unknown_ && is_whole_after_all()) r.streamed = false;
  if (r.streamed) on_stream();
  switch (state) {
    case HttpReader::State::head:
    case HttpReader::State::body:
      if (!concluded_) return Reading::more;
      // Only a good answer is worth waiting for the end of its message.
      return r.outcome == Outcome::ok ? Reading::concluded : Reading::ended;
    case HttpReader::State::done: on_message_end(); break;
    case HttpReader::State::malformed:
      if (!concluded_) conclude(Outcome::bad_response, "not HTTP: " + reader_.error());
      break;
    case HttpReader::State::too_large:
      if (!concluded_) conclude(Outcome::too_large, reader_.error());
      break;
  }
  return Reading::ended;
}

void RecordBuilder::on_head(std::int64_t at) {
  record_->headers = at;
  record_->http_status = reader_.status();
  record_->request_id = redactor_.line(reader_.request_id(), 100);
  const RateLimit& said = reader_.rate_limit();
  if (said.remaining_requests || said.remaining_tokens || said.utilization_millionths)
    record_->limits.push_back(
        {at, said.remaining_requests, said.remaining_tokens, said.utilization_millionths});
  if (record_->http_status != 200) return;
  type_is_unknown_ = stream_ && says_nothing(reader_.content_type());
  record_->streamed = type_is_unknown_ || is_event_stream(reader_.content_type());
}

/// Servers answer with a whole JSON body although a stream was asked for, and not all say what it is.
bool RecordBuilder::is_whole_after_all() {
  const auto first = reader_.body().find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return false;
  type_is_unknown_ = false;
  return reader_.body()[first] == '{';
}

void RecordBuilder::on_eof(bool clean) {
  if (!any_byte()) return on_broken("the server closed the connection without an answer");
  // Without close_notify anyone on the way could have cut the body short.
  if (clean && reader_.put_eof() == HttpReader::State::done)
    on_message_end();
  else
    on_broken("the connection ended within the answer");
}

void RecordBuilder::on_message_end() {
  if (record_->streamed)
    on_stream_end("the stream ended");
  else if (record_->http_status == 200)
    on_whole_answer();
  else
    on_error_answer();
}

void RecordBuilder::on_broken(std::string_view reason) {
  if (record_->streamed)
    on_stream_end(reason);
  else
    conclude(any_byte() ? Outcome::incomplete : Outcome::reset, reason);
}

void RecordBuilder::conclude(Outcome outcome, std::string_view reason) {
  record_->outcome = outcome;
  record_->error = redactor_.line(std::string(reason));
  if (record_->error.empty() && outcome != Outcome::ok) record_->error = "an error without a message";
  record_->body_bytes = reader_.body_bytes();
  concluded_ = true;
}

void RecordBuilder::end(Outcome outcome, std::string_view reason) {
  record_->done = last_.at;
  conclude(outcome, reason);
}

void RecordBuilder::succeed() {
  RequestRecord& r = *record_;
  r.finish_reason = redactor_.line(std::move(r.finish_reason), 40);
  if (is_content_filter(r.finish_reason))
    return end(Outcome::content_filtered, "finish_reason " + r.finish_reason);
  end(Outcome::ok, "");
}

void RecordBuilder::on_whole_answer() {
  const AnswerPart part = answers_.read(reader_.body(), *record_);
  std::string wrong = part.malformed;
  if (wrong.empty() && part.choices == 0) wrong = "has no choices";
  if (wrong.empty()) return succeed();
  end(Outcome::bad_response, "the answer " + wrong + ": " + read_server_error(beginning()).message);
}

/// What of the body is looked at for an error, of which one line stays.
std::string_view RecordBuilder::beginning() const {
  return std::string_view(reader_.body()).substr(0, most_of_an_error);
}

void RecordBuilder::on_error_answer() {
  const int status = reader_.status();
  const auto error = read_server_error(beginning());
  std::string reason = "HTTP " + std::to_string(status);
  if (status / 100 == 3) reason += " to " + reader_.location() + " (redirects are not followed)";
  if (!error.message.empty()) reason += ": " + error.message;
  record_->error_code = redactor_.line(error.code, 100);
  const bool filtered = status == 400 && is_content_filter(error.code);
  end(filtered ? Outcome::content_filtered : outcome_of_status(status), reason);
}

void RecordBuilder::on_stream() {
  events_.put(reader_.body());
  while (const auto event = events_.next()) on_event(*event, true);
  if (events_.too_large() && !concluded_) conclude(Outcome::too_large, "an event has no end");
  reader_.drop_body();
}

/// `complete`: with its empty line; without it, it may have been cut.
void RecordBuilder::on_event(const SseEvent& event, bool complete) {
  if (concluded_) return;
  RequestRecord& r = *record_;
  if (!r.first_event) r.first_event = last_.at;
  last_event_at_ = last_.at;
  if (event.data == "[DONE]" && any_choice_) return succeed();
  if (event.data == "[DONE]") return end(Outcome::bad_response, "the stream ended without a choice");
  const std::size_t output = r.output.size(), reasoning = r.reasoning.size(), tool = r.tool_text.size();
  const bool is_typed_error = event.type == "error";
  const AnswerPart part = is_typed_error || event.data.empty() ? AnswerPart() : answers_.read(event.data, r);
  if (is_typed_error || part.is_error) {
    const ServerError error = read_server_error(event.data);
    r.error_code = redactor_.line(error.code, 100);
    return end(is_content_filter(error.code) ? Outcome::content_filtered : Outcome::stream_error,
               error.message);
  }
  any_choice_ = any_choice_ || part.choices > 0;
  if (!part.malformed.empty()) {
    r.output.resize(output);  // what stood before the fault
    r.reasoning.resize(reasoning);
    r.tool_text.resize(tool);
    if (!complete) return;
    return end(Outcome::bad_response, "an event " + part.malformed + ": " + std::string(event.data));
  }
  const bool is_later = r.first_token.has_value();
  const std::size_t events = r.events.size();
  on_tokens(TextKind::reasoning, reasoning, r.reasoning.size());
  on_tokens(TextKind::content, output, r.output.size());
  on_tokens(TextKind::tool, tool, r.tool_text.size());
  bound_arrival(events);
  if (is_later && r.events.size() > events && one_read(last_, first_tokens_)) r.first_token_merged = true;
}

void RecordBuilder::on_tokens(TextKind kind, std::size_t begin, std::size_t end) {
  if (begin == end) return;
  RequestRecord& r = *record_;
  bool merged = r.first_token && one_read(last_, last_tokens_);
  if (!r.first_token) {
    r.first_token = last_.at;
    first_tokens_ = last_;
    r.events.reserve(std::min(expected_tokens_, most_set_aside));
    r.output.reserve(std::min(expected_tokens_, most_set_aside) * bytes_a_token);
  }
  r.last_token = last_.at;
  for (std::size_t piece = begin; piece < end; merged = true) {
    piece = std::min(piece + most_in_an_event, end);
    r.events.push_back({last_.at, static_cast<std::uint32_t>(piece), 0, kind, merged});
  }
  last_tokens_ = last_;
}

/// Of the token events from `first_event` on, which the last event of the stream has made.
void RecordBuilder::bound_arrival(std::size_t first_event) {
  RequestRecord& r = *record_;
  using enum Arrival::Known;
  const bool known = last_.known == all || (last_.known == last && events_.ends_input());
  if (known || r.events.size() == first_event || last_.earliest >= last_.at) return;
  const auto first = static_cast<std::uint32_t>(first_event);
  const auto count = static_cast<std::uint32_t>(r.events.size()) - first;
  const bool goes_on = !r.bounds.empty() && r.bounds.back().earliest == last_.earliest &&
                       r.bounds.back().first + r.bounds.back().count == first;
  if (goes_on)
    r.bounds.back().count += count;
  else
    r.bounds.push_back({first, count, last_.earliest});
}

/// The bytes are over. A finish reason, or [DONE], tells a complete answer from one that was cut.
void RecordBuilder::on_stream_end(std::string_view how) {
  if (reader_.state() == HttpReader::State::done) {
    events_.put_end();
    while (const auto event = events_.next()) on_event(*event, false);
  }
  if (concluded_) return;
  if (!record_->finish_reason.empty()) return succeed();
  if (record_->first_event || reader_.state() != HttpReader::State::done)
    end(Outcome::incomplete, std::string(how) + " without [DONE] and without a finish_reason");
  else
    end(Outcome::bad_response, std::string(how) + " without an event");
}

}  // namespace llmload::protocol
