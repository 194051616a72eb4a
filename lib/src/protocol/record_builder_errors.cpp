#include <utility>

#include "protocol/answer/body_form.hpp"
#include "protocol/answer/event_kind.hpp"
#include "protocol/answer/server_error.hpp"
#include "protocol/record_builder.hpp"
#include "protocol/target/shown_url.hpp"

namespace llmload::protocol {
namespace {

Outcome outcome_of_status(int status) {
  if (status == 429) return Outcome::rate_limited;
  if (status >= 500) return Outcome::http_5xx;
  if (status >= 400) return Outcome::http_4xx;
  if (status >= 300) return Outcome::http_3xx;
  return Outcome::bad_response;
}

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

}  // namespace llmload::protocol
