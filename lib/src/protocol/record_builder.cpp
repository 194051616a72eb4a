#include "protocol/record_builder.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "protocol/answer/body_form.hpp"
#include "protocol/answer/event_kind.hpp"
#include "protocol/answer/server_error.hpp"
#include "protocol/answer/usage_check.hpp"
#include "protocol/target/shown_url.hpp"
#include "text/clear.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

Outcome outcome_of_status(int status) {
  if (status == 429) return Outcome::rate_limited;
  if (status >= 500) return Outcome::http_5xx;
  if (status >= 400) return Outcome::http_4xx;
  if (status >= 300) return Outcome::http_3xx;
  return Outcome::bad_response;
}

/// As the header says it; a media type has no case.
bool is_event_stream(std::string_view content_type) {
  return text::lower(content_type).starts_with("text/event-stream");
}
bool says_nothing(std::string_view content_type) {
  return content_type.empty() || text::lower(content_type).starts_with("text/plain");
}

bool one_read(const Arrival& a, const Arrival& b) { return a.at == b.at || a.drain == b.drain; }

// Of text: a TokenEvent counts its tokens, which are a byte at the least, in 16 bits.
constexpr std::size_t most_in_an_event = 32 * 1024;
constexpr std::size_t most_set_aside = 512;  // tokens
constexpr std::size_t most_of_an_error = 64 * 1024;
constexpr std::size_t bytes_a_token = 6;  // a little more than usual

// Bytes. What is below the first is a part of what a connection takes.
constexpr std::uint64_t look_each = 16 * 1024;
constexpr std::uint64_t most_without_room = 256 * 1024;
constexpr std::string_view no_room = "there is no room for it: answers hold as much as they may";
constexpr std::uint64_t parse_factor = 3;  // of a whole answer's size, beside it: its text, as it grows

/// The data of the event in `body` that is an error, else of the first; empty where there is none.
std::string error_event_data(std::string_view body) {
  SseParser events;
  events.put(body);
  std::string first;
  for (bool ended = false;;) {
    const auto event = events.next();
    if (!event && ended) return first;
    if (!event) {
      events.put_end();
      ended = true;
      continue;
    }
    if (event->data.empty()) continue;
    if (kind_of(event->type) == EventKind::error || find_server_error(event->data))
      return std::string(event->data);
    if (first.empty()) first = event->data;
  }
}

}  // namespace

void RecordBuilder::start(RequestRecord& record) {
  record_ = &record;
  reader_.start();
  events_.start();
  record.outcome = Outcome::cancelled;
  record.error.clear();
  record.text_bytes.reset();
  record.text_dropped = false;
  room_.leave();
  next_look_ = look_each;
  record.send_began.reset();
  record.sent.reset();
  answers_.start();
  answer_.start(record);
  choice_of_.clear();
  text::clear_and_shrink(beginning_);
  text::clear_and_shrink(other_event_);
  finish_message_.clear();
  concluded_ = any_choice_ = form_is_known_ = false;
}

Reading RecordBuilder::on_bytes(std::string_view bytes, const Arrival& arrival) {
  Reading reading = Reading::ended;
  try {
    reading = read(bytes, arrival);
  } catch (const std::bad_alloc&) {
    on_no_memory(Outcome::too_large);
  }
  if (concluded_) let_go();
  return reading;
}

void RecordBuilder::on_no_memory(Outcome outcome) {
  reader_.let_go();
  protocol::drop_text(*record_);
  answer_.drop_text();
  choice_of_.clear();
  if (!concluded_) decide(outcome, "the system has no memory for it");
  let_go();
}

/// What a long answer holds, when its outcome is known. Not while its body is read.
void RecordBuilder::let_go() {
  if (room_.is_taken()) {
    reader_.let_go();
    events_.start();
    answers_.let_go();
  }
  room_.leave();
}

Reading RecordBuilder::read(std::string_view bytes, const Arrival& arrival) {
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
  if (r.headers && is_form_known(false) && r.streamed) on_stream();
  if (reader_.body_bytes() >= next_look_ && !concluded_) look_for_room();
  switch (state) {
    case HttpReader::State::head:
    case HttpReader::State::body:
      if (!concluded_) return Reading::more;
      // Only a good answer is worth waiting for the end of its message.
      return r.outcome == Outcome::ok ? Reading::concluded : Reading::ended;
    case HttpReader::State::done:
      if (!concluded_) on_message_end();
      break;
    case HttpReader::State::malformed:
      if (!concluded_) decide(Outcome::bad_response, "not HTTP: " + reader_.error());
      break;
    case HttpReader::State::too_large:
      if (!concluded_) decide(Outcome::too_large, reader_.error());
      break;
  }
  return Reading::ended;
}

void RecordBuilder::look_for_room() {
  next_look_ = reader_.body_bytes() + look_each;
  if (room_.take(bytes_held())) return;
  drop_text();
  if (!room_.take(bytes_held()) && bytes_held() > most_without_room) decide(Outcome::too_large, no_room);
}

std::uint64_t RecordBuilder::bytes_held() const {
  return reader_.held() + events_.held() + answer_.held() + bytes_of(*record_);
}

void RecordBuilder::drop_text() {
  protocol::drop_text(*record_);
  answer_.drop_text();
  choice_of_.clear();
  if (!record_->streamed) reader_.shorten_strings();
}

void RecordBuilder::on_head(std::int64_t at) {
  record_->headers = at;
  record_->http_status = reader_.status();
  record_->request_id = redactor_.line(reader_.request_id(), 100);
  const RateLimit& said = reader_.rate_limit();
  if (said.remaining_requests || said.remaining_tokens || said.utilization_millionths)
    record_->limits.push_back(
        {at, said.remaining_requests, said.remaining_tokens, said.utilization_millionths});
  // So it seems; the body's first bytes will tell.
  const std::string& type = reader_.content_type();
  const bool good = record_->http_status / 100 == 2;
  record_->streamed = good && (is_event_stream(type) || (stream_ && says_nothing(type)));
  form_is_known_ = !good;
}

/// Servers answer with a whole body although a stream was asked for, and not all say what it is, or say it
/// wrong. `at_end`: no more bytes will come.
bool RecordBuilder::is_form_known(bool at_end) {
  if (form_is_known_) return true;
  const BodyForm form = form_of(reader_.body());
  form_is_known_ = at_end || form != BodyForm::unknown;
  if (form == BodyForm::json) record_->streamed = false;
  if (form == BodyForm::events) record_->streamed = true;
  return form_is_known_;
}

void RecordBuilder::on_eof(bool clean) {
  if (!any_byte()) return on_broken("the server closed the connection without an answer");
  // Without close_notify anyone on the way could have cut the body short.
  if (!clean || reader_.put_eof() != HttpReader::State::done)
    return on_broken("the connection ended within the answer");
  try {
    if (!concluded_) on_message_end();
  } catch (const std::bad_alloc&) {
    on_no_memory(Outcome::too_large);
  }
  let_go();
}

void RecordBuilder::on_message_end() {
  if (is_form_known(true) && record_->streamed) {
    on_stream();  // what did not tell its form until now
    on_stream_end("the stream ended");
  } else if (record_->http_status / 100 == 2) {
    on_whole_answer();
  } else {
    on_error_answer();
  }
}

void RecordBuilder::on_broken(std::string_view reason) {
  if (record_->streamed)
    on_stream_end(reason);
  else
    decide(any_byte() ? Outcome::incomplete : Outcome::reset, reason);
  let_go();
}

void RecordBuilder::conclude(Outcome outcome, std::string_view reason) {
  decide(outcome, reason);
  let_go();
}

void RecordBuilder::decide(Outcome outcome, std::string_view reason) {
  record_->outcome = outcome;
  if (outcome != Outcome::ok) {
    record_->error = redactor_.line(std::string(reason));
    if (record_->error.empty()) record_->error = "an error without a message";
  }
  record_->body_bytes = reader_.body_bytes();
  if (finish_of(record_->finish_reason) == Finish::unknown)  // the others are words that we know
    record_->finish_reason = redactor_.line(std::move(record_->finish_reason), 40);
  answer_.finish(record_->events, choice_of_);
  if (outcome == Outcome::ok && !record_->streamed && !record_->text_dropped)
    record_->text_bytes = record_->output.size() + record_->reasoning.size() + record_->tool_text.size();
  drop_impossible_usage(*record_);
  concluded_ = true;
}

void RecordBuilder::end(Outcome outcome, std::string_view reason) {
  record_->done = last_.at;
  decide(outcome, reason);
}

void RecordBuilder::succeed() {
  const std::string& reason = record_->finish_reason;
  switch (finish_of(reason)) {
    case Finish::filtered: return end(Outcome::content_filtered, "finish_reason " + reason);
    case Finish::failed:
      record_->error_code = redactor_.line(reason, 100);
      return end(Outcome::generation_failed, "the server gave the answer up: finish_reason " + reason +
                                                 (finish_message_.empty() ? "" : ": ") + finish_message_);
    default: return end(Outcome::ok, "");
  }
}

void RecordBuilder::on_whole_answer() {
  const std::uint64_t to_parse = reader_.body().size() * parse_factor;
  if (room_.is_taken() && !room_.take(bytes_held() + to_parse)) drop_text();
  const std::string_view body = without_mark(reader_.body());
  const AnswerPart& part = answers_.read(body, answer_);
  if (part.error) return on_error(*part.error);
  std::string wrong = part.malformed;
  if (wrong.empty() && part.choices == 0) wrong = "has no choices";
  finish_message_ = part.finish_message;
  if (wrong.empty()) return succeed();
  // A dialect of a user's own may need what stands in a long string.
  if (part.is_known && record_->text_dropped) return end(Outcome::too_large, no_room);
  const bool encoded = !encoding_of(body, reader_.content_encoding()).empty();
  std::string reason = "the answer " + (encoded ? "is no text" : wrong) + described(body);
  if (record_->http_status != 200) reason = "HTTP " + std::to_string(record_->http_status) + ": " + reason;
  end(Outcome::bad_response, reason);
}

/// What came, of which one line stays.
std::string RecordBuilder::described(std::string_view body) const {
  const std::string encoding = encoding_of(body, reader_.content_encoding());
  // JSON in one form of escapes, for the Redactor.
  const std::string said = read_server_error(body.substr(0, most_of_an_error)).message;
  return describe_body(said, reader_.content_type(), encoding);
}

/// An error within an answer of HTTP 2xx. In place of the answer it is what its code says.
void RecordBuilder::on_error(const ServerError& error) {
  record_->error_code = redactor_.line(error.code, 100);
  if (is_content_filter(error.code)) return end(Outcome::content_filtered, error.message);
  if (error.status != 0 && !any_choice_) return end(outcome_of_status(error.status), error.message);
  end(record_->streamed ? Outcome::stream_error : Outcome::generation_failed, error.message);
}

void RecordBuilder::on_error_answer() {
  const int status = reader_.status();
  std::string_view body = without_mark(reader_.body()).substr(0, most_of_an_error);
  const std::string data = form_of(body) == BodyForm::events ? error_event_data(body) : "";
  if (!data.empty()) body = data;
  const std::string encoding = encoding_of(body, reader_.content_encoding());
  ServerError error = answers_.read_error(body);
  if (!encoding.empty() && error.message == body) error.message = "an answer" + described(body);
  std::string reason = "HTTP " + std::to_string(status);
  if (status / 100 == 3) reason += " to " + shown_url(reader_.location()) + " (redirects are not followed)";
  const bool refused = status == 401 || status == 403;
  const std::string said = refused ? quoted_of_refusal(error, redactor_) : error.message;
  if (!said.empty()) reason += ": " + said;
  record_->error_code = redactor_.line(error.code, 100);
  const bool filtered = status == 400 && is_content_filter(error.code);
  end(filtered ? Outcome::content_filtered : outcome_of_status(status), reason);
}

void RecordBuilder::on_stream() {
  const std::string& bytes = reader_.body();
  events_.put(bytes);
  on_events(true);
  if (!record_->first_event && beginning_.size() < most_of_an_error)
    beginning_.append(bytes, 0, most_of_an_error - beginning_.size());
  if (events_.too_large() && !concluded_) conclude(Outcome::too_large, "an event has no end");
  reader_.drop_body();
}

/// All that the parser has now, which came in one read.
void RecordBuilder::on_events(bool complete) {
  const std::size_t first = record_->events.size();
  std::size_t last = first;  // the first of the last event's
  bool last_is_known = false;
  while (const auto event = events_.next()) {
    last = record_->events.size();
    last_is_known = last_.known == Arrival::Known::last && events_.ends_input();
    on_event(*event, complete);
  }
  if (last_.known != Arrival::Known::all) bound_arrival(first, last_is_known ? last : record_->events.size());
}

/// `complete`: with its empty line; without it, it may have been cut.
void RecordBuilder::on_event(const SseEvent& event, bool complete) {
  if (concluded_) return;
  const EventKind kind = kind_of(event.type);
  const bool is_done = is_done_mark(event.data), is_typed_error = kind == EventKind::error;
  if (is_done || is_typed_error || event.data.empty()) {
    stamp_event();
    if (is_done) return on_done();
    if (is_typed_error) on_error(answers_.read_error(event.data));
    return;
  }
  const AnswerPart& part = answers_.read(event.data, answer_, event.type);
  if (part.is_one_piece) return on_piece();
  const bool is_wrong = part.is_known && !part.malformed.empty();
  const bool says_something =
      is_wrong || part.choices > 0 || part.is_done || (part.error && !part.error->is_bare);
  if (kind == EventKind::own && !says_something) return;
  if (part.is_other) other_event_ = event.data.substr(0, most_of_an_error);
  stamp_event();
  if (!part.malformed.empty()) {
    if (are_several(event.data)) {
      return end(Outcome::bad_response,
                 "between the events is one line feed, and no empty line: " + std::string(event.data));
    }
    if (!complete) return;
    return end(Outcome::bad_response,
               "an event " + part.malformed + ": " + read_server_error(event.data).message);
  }
  on_stamps(part);
  on_additions();
  if (part.error) return on_error(*part.error);
  any_choice_ = any_choice_ || part.choices > 0;
  if (part.is_done) on_done();
}

void RecordBuilder::stamp_event() {
  if (!record_->first_event) record_->first_event = last_.at;
  last_event_at_ = last_.at;
}

/// An event that is one piece of text.
void RecordBuilder::on_piece() {
  stamp_event();
  record_->last_choice_event = last_.at;
  any_choice_ = true;
  on_additions();
}

/// The text that an event added.
void RecordBuilder::on_additions() {
  RequestRecord& r = *record_;
  if (answer_.additions().empty()) return;
  if (r.first_token && one_read(last_, first_tokens_)) r.first_token_merged = true;
  for (const Addition& added : answer_.additions()) on_tokens(added);
}

/// The stream says that it is complete.
void RecordBuilder::on_done() {
  if (any_choice_) return succeed();
  end(Outcome::bad_response, "the stream ended without a choice" + last_words());
}

void RecordBuilder::on_stamps(const AnswerPart& part) {
  RequestRecord& r = *record_;
  if (part.choices > 0) r.last_choice_event = last_.at;
  if (part.has_role && answer_.additions().empty() && !r.role_event) r.role_event = last_.at;
  if (part.finishes && !r.finish_event) r.finish_event = last_.at;
  if (!part.finish_message.empty()) finish_message_ = part.finish_message;
}

void RecordBuilder::on_tokens(const Addition& added) {
  RequestRecord& r = *record_;
  bool merged = r.first_token && one_read(last_, last_tokens_);
  if (!r.first_token) {
    r.first_token = last_.at;
    first_tokens_ = last_;
    r.events.reserve(std::min(expected_tokens_, most_set_aside));
    r.output.reserve(std::min(expected_tokens_, most_set_aside) * bytes_a_token);
  }
  r.last_token = last_.at;
  if (r.text_dropped) {
    last_tokens_ = last_;
    return;
  }
  for (std::size_t piece = added.begin; piece < added.end; merged = true) {
    piece = std::min(piece + most_in_an_event, added.end);
    r.events.push_back({last_.at, static_cast<std::uint32_t>(piece), 0, added.kind, merged});
    if (added.choice == 0) continue;
    choice_of_.resize(r.events.size());
    choice_of_.back() = added.choice;
  }
  last_tokens_ = last_;
}

/// Of the token events from `begin` to `end`, which came in one read.
void RecordBuilder::bound_arrival(std::size_t begin, std::size_t end) {
  if (begin == end || last_.earliest >= last_.at) return;
  std::vector<ArrivalBound>& bounds = record_->bounds;
  const auto first = static_cast<std::uint32_t>(begin), count = static_cast<std::uint32_t>(end - begin);
  const bool goes_on = !bounds.empty() && bounds.back().earliest == last_.earliest &&
                       bounds.back().first + bounds.back().count == first;
  if (goes_on)
    bounds.back().count += count;
  else
    bounds.push_back({first, count, last_.earliest});
}

/// The bytes are over. A finish reason, or [DONE], tells a complete answer from one that was cut.
void RecordBuilder::on_stream_end(std::string_view how) {
  if (reader_.state() == HttpReader::State::done) {
    events_.put_end();
    on_events(false);
  }
  if (concluded_) return;
  if (!record_->finish_reason.empty()) return succeed();
  if (record_->first_event || reader_.state() != HttpReader::State::done)
    end(Outcome::incomplete, std::string(how) + " without [DONE] and without a finish_reason" + last_words());
  else
    end(Outcome::bad_response, std::string(how) + " without an event" + described(beginning_));
}

/// What a stream without an end said beside its answer, or in its place; empty where it said nothing.
std::string RecordBuilder::last_words() const {
  if (!other_event_.empty()) return ": " + read_server_error(other_event_).message;
  return record_->first_event || beginning_.empty() ? "" : described(beginning_);
}

}  // namespace llmload::protocol
