#include <algorithm>

#include "protocol/answer/event_kind.hpp"
#include "protocol/answer/server_error.hpp"
#include "protocol/record_builder.hpp"

namespace llmload::protocol {
namespace {

bool one_read(const Arrival& a, const Arrival& b) { return a.at == b.at || a.drain == b.drain; }
// Of text: a TokenEvent counts its tokens, which are a byte at the least, in 16 bits.
constexpr std::size_t most_in_an_event = 32 * 1024;
constexpr std::size_t most_set_aside = 512;  // tokens
constexpr std::size_t bytes_a_token = 6;     // a little more than usual

}  // namespace

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
      is_wrong || part.choices > 0 || part.has_role || part.is_done || (part.error && !part.error->is_bare);
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
