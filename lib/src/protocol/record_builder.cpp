#include "protocol/record_builder.hpp"

#include <string>
#include <utility>

#include "protocol/chat_response.hpp"
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

bool is_filtered(std::string_view reason_or_code) { return reason_or_code.starts_with("content_filter"); }

}  // namespace

void RecordBuilder::start(RequestRecord& record) {
  reader_.start();
  record_ = &record;
}

bool RecordBuilder::on_bytes(std::string_view bytes, std::int64_t at, TimeSource source) {
  RequestRecord& r = *record_;
  last_arrival_ = at;
  if (!r.first_byte) {
    r.first_byte = at;
    r.time_source = source;
  } else if (r.time_source != source) {
    r.time_source = TimeSource::mixed;
  }
  const auto state = reader_.put(bytes);
  if (!r.headers && reader_.status() != 0) {
    r.headers = at;
    r.http_status = reader_.status();
  }
  switch (state) {
    case HttpReader::State::head:
    case HttpReader::State::body: return false;
    case HttpReader::State::done:
      r.done = at;
      finish();
      return true;
    case HttpReader::State::malformed:
      fail(Outcome::bad_response, "not HTTP: " + reader_.error());
      return true;
    case HttpReader::State::too_large: fail(Outcome::too_large, reader_.error()); return true;
  }
  return true;
}

void RecordBuilder::on_eof(bool clean) {
  if (!any_byte()) return fail(Outcome::reset, "the server closed the connection without an answer");
  // Without close_notify anyone on the way could have cut the body short.
  if (clean && reader_.put_eof() == HttpReader::State::done) {
    record_->done = last_arrival_;
    return finish();
  }
  fail(Outcome::incomplete, "the connection ended within the answer");
}

void RecordBuilder::fail(Outcome outcome, std::string_view reason) {
  record_->outcome = outcome;
  record_->error = redactor_.line(std::string(reason));
}

void RecordBuilder::finish() {
  record_->body_bytes = reader_.body().size();
  record_->request_id = redactor_.line(reader_.request_id(), 100);
  const int status = reader_.status();
  if (status == 200)
    classify_success();
  else
    classify_error();
}

void RecordBuilder::classify_success() {
  std::string why;
  auto response = read_chat_response(reader_.body(), why);
  if (!response) {
    const auto error = read_server_error(reader_.body());
    return fail(Outcome::bad_response, why + ": " + error.message);
  }
  record_->output = std::move(response->output);
  record_->finish_reason = redactor_.line(std::move(response->finish_reason), 40);
  record_->usage_prompt_tokens = response->prompt_tokens;
  record_->usage_completion_tokens = response->completion_tokens;
  if (is_filtered(record_->finish_reason)) {
    return fail(Outcome::content_filtered, "finish_reason " + record_->finish_reason);
  }
  record_->outcome = Outcome::ok;
}

void RecordBuilder::classify_error() {
  const int status = reader_.status();
  const auto error = read_server_error(reader_.body());
  const bool filtered = status == 400 && is_filtered(error.code);
  std::string reason = "HTTP " + std::to_string(status);
  if (status / 100 == 3) reason += " to " + reader_.location() + " (redirects are not followed)";
  if (!error.message.empty()) reason += ": " + error.message;
  fail(filtered ? Outcome::content_filtered : outcome_of_status(status), reason);
}

}  // namespace llmload::protocol
