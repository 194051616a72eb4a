#include "protocol/record_builder.hpp"

#include <new>
#include <utility>

#include "protocol/answer/body_form.hpp"
#include "protocol/answer/usage_check.hpp"
#include "text/clear.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

/// As the header says it; a media type has no case.
bool is_a(std::string_view media_type, std::string_view content_type) {
  return text::iequals(content_type.substr(0, media_type.size()), media_type);
}
bool is_event_stream(std::string_view content_type) { return is_a("text/event-stream", content_type); }
bool says_nothing(std::string_view content_type) {
  return content_type.empty() || is_a("text/plain", content_type);
}

constexpr std::uint64_t parse_factor = 3;  // of a whole answer's size, beside it: its text, as it grows

}  // namespace

void RecordBuilder::start(RequestRecord& record) {
  record_ = &record;
  concluded_ = any_choice_ = form_is_known_ = false;
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

void RecordBuilder::on_head(std::chrono::nanoseconds at) {
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

}  // namespace llmload::protocol
