#include "engine/session/exchange.hpp"

#include <algorithm>
#include <string>

namespace llmload::engine {

using net::IoStatus;

namespace {

constexpr std::chrono::seconds end_of_message_limit{1};  // after [DONE]; then the connection is given up

}  // namespace

void Exchange::begin(RequestRecord& record, net::Time stage_start, net::Time deadline) {
  record_ = &record;
  request_ = {};
  stage_start_ = stage_start;
  deadline_ = deadline;
  last_byte_.reset();
  readable_ = write_blocked_ = read_blocked_ = wants_write_ = useless_ = done_ = false;
  builder_.start(record);  // the last thing: there may be no memory for it
}

void Exchange::ask(RequestBytes request, net::Time now) {
  request_ = request;
  asked_at_ = now;
}

Exchange::Step Exchange::next(bool must_wait) const {
  if (done_) return Step::done;
  if (!request_.empty() && !write_blocked_) return Step::write;
  if (!read_blocked_ && (readable_ || !must_wait)) return Step::read;
  return Step::wait;
}

void Exchange::on_write(const net::IoResult& wrote, net::Time sent_at) {
  request_.remove_prefix(wrote.bytes);
  if (!record_->send_began && sent_at >= asked_at_) record_->send_began = asked_at_ - stage_start_;
  switch (wrote.status) {
    case IoStatus::ok:
      if (request_.empty()) record_->sent = sent_at - stage_start_;
      break;
    case IoStatus::wants_read:
    case IoStatus::wants_write:
      write_blocked_ = true;
      wants_write_ = wrote.status == IoStatus::wants_write;
      break;
    case IoStatus::eof:
    case IoStatus::error:
      // A server that refuses may answer and close before it has read everything: what it said counts.
      request_ = {};
      readable_ = true;
  }
}

void Exchange::on_bytes(std::string_view bytes, const net::Arrival& arrival, bool is_record) {
  readable_ = false;
  const bool early = arrival.source == TimeSource::kernel && arrival.at < asked_at_;
  if (!builder_.any_byte() && (early || !record_->send_began)) return on_stale(bytes);
  last_byte_ = arrival.at - stage_start_;
  switch (builder_.on_bytes(bytes, since_start(arrival, is_record))) {
    case protocol::Reading::more: break;
    case protocol::Reading::concluded:
      deadline_ = std::min(deadline_, arrival.at + end_of_message_limit);
      break;
    case protocol::Reading::ended: done_ = true;
  }
}

/// As the record takes it.
protocol::Arrival Exchange::since_start(const net::Arrival& arrival, bool is_record) const {
  using enum protocol::Arrival::Known;
  const auto known = !arrival.exact ? none : is_record ? all : last;
  // No answer comes before its request.
  const net::Time earliest = std::min(std::max(arrival.earliest, asked_at_), arrival.at);
  return {arrival.at - stage_start_, arrival.source, drain_, earliest - stage_start_, known};
}

/// The outcome stands where the connection was a fresh one: then all that this server sends is of nobody.
void Exchange::on_stale(std::string_view bytes) {
  ++record_->stale_answers;
  useless_ = true;
  fail({Outcome::bad_response, "the server spoke before the request was sent: " + std::string(bytes)});
}

void Exchange::on_read_blocked(bool wants_write) {
  readable_ = false;
  read_blocked_ = true;
  wants_write_ = wants_write_ || wants_write;
}

void Exchange::on_end(const ConnectionEnd& end) {
  useless_ = had_ended(end);
  if (end.status == IoStatus::eof)
    builder_.on_eof(end.clean);
  else
    builder_.on_broken(end.why);
  done_ = true;
}

/// Without a byte of an answer: whether that was before the request can have reached the server.
bool Exchange::had_ended(const ConnectionEnd& end) const {
  if (builder_.any_byte()) return false;
  return !record_->send_began || end.at - asked_at_ <= end.min_rtt;
}

void Exchange::on_ready(bool goes_on) {
  if (!goes_on) ++drain_;
  readable_ = true;
  write_blocked_ = read_blocked_ = wants_write_ = false;
}

void Exchange::interrupt(Outcome outcome) {
  if (!builder_.concluded()) return fail(interruption(outcome, limits_));
  done_ = true;
}

void Exchange::fail(const Failure& failure) {
  builder_.conclude(failure.outcome, failure.reason);
  done_ = true;
}

void Exchange::on_no_memory(Outcome outcome) {
  builder_.on_no_memory(outcome);
  done_ = true;
}

/// The answer must come further in time: to its first byte, its first token, its next event.
Limit Exchange::limit() const {
  const Limit deadline{deadline_, Outcome::total_timeout};
  const RequestRecord& r = *record_;
  if (builder_.concluded()) return deadline;
  const Limit token{asked_at_ + limits_.first_token, Outcome::first_token_timeout};
  if (r.streamed && !r.first_token) return earlier(token, deadline);
  const Limit next =
      r.first_byte ? Limit{stage_start_ + builder_.progressed_at() + limits_.idle, Outcome::idle_timeout}
                   : Limit{asked_at_ + limits_.first_byte, Outcome::first_byte_timeout};
  // Head and token may come in one read: a stream's limit is one of what comes before it, too.
  return earlier(builder_.may_become_stream() ? earlier(token, next) : next, deadline);
}

void Exchange::finish(net::Time now) {
  record_->ended = ended_at(now);
  if (builder_.surplus()) ++record_->stale_answers;
}

Stamp Exchange::ended_at(net::Time now) const {
  const RequestRecord& r = *record_;
  if (r.done) return r.done;
  if (!is_ours(r.outcome)) return now - stage_start_;
  for (const Stamp& last :
       {last_byte_, r.sent, r.send_began, r.tls_done, r.tcp_connected, r.resolved, r.opening}) {
    if (last) return last;
  }
  return r.dispatched;
}

}  // namespace llmload::engine
