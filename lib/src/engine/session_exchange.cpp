#include <algorithm>
#include <utility>

#include "engine/session.hpp"
#include "net/arrival_clock.hpp"
#include "text/number.hpp"

namespace llmload::engine {

namespace asio = boost::asio;
using net::IoStatus;

namespace {

constexpr std::int64_t end_of_message_limit =
    net::ns_per_second;  // after [DONE]; then the connection is given up
constexpr std::int64_t idle_worth_a_look =
    net::ns_per_second;  // servers close idle connections after some seconds

/// A limit of ours ended the request, or an interruption.
bool is_ours(Outcome outcome) {
  switch (outcome) {
    case Outcome::connect_timeout:
    case Outcome::tls_timeout:
    case Outcome::first_byte_timeout:
    case Outcome::first_token_timeout:
    case Outcome::idle_timeout:
    case Outcome::total_timeout:
    case Outcome::cancelled: return true;
    default: return false;
  }
}

}  // namespace

/// Over the kept connection. Where that was of no use before the request can have reached the server, over a
/// fresh one, of which the outcome stands.
asio::awaitable<void> Session::exchange(std::size_t endpoint, Outgoing::Bytes request,
                                        RequestRecord& record) {
  Link& link = links_[endpoint];
  record_ = &record;
  record.endpoint = static_cast<unsigned>(endpoint);
  watchdog_.arm(deadline_, Outcome::total_timeout);
  for (bool sent_before = false;; sent_before = record.send_began.has_value()) {
    builder_.start(record);
    last_byte_.reset();
    if (fail_if_interrupted()) break;  // it may have been while nothing was awaited
    record.connection_reused = link.stream->is_open();
    if (!record.connection_reused) {
      const bool again_open = link.opened_before && !fresh_connections();
      if (!co_await open(endpoint, record)) break;
      if (again_open) ++record.reconnects;
    }
    useless_ = is_spoilt(link);
    if (!useless_) {
      if (sent_before) ++record.attempts;
      co_await converse(*link.stream, request, record);
      link.last_used = net::monotonic_now();
    }
    if (!useless_ || !record.connection_reused) break;
    link.stream->close();
  }
  watchdog_.disarm();
  active_ = nullptr;
  record.ended = ended_at();
  if (builder_.surplus()) ++record.stale_answers;
  // An answer that came before the whole request was out leaves a connection in the middle of it.
  if (fresh_connections() || !record.sent || !builder_.reusable()) link.stream->close();
}

/// Looks whether something came before the request goes out: then it is of nobody, and the connection is of
/// no use. Where the kernel stamps what comes, it need not be asked: what was not told is known by its stamp.
bool Session::is_spoilt(const Link& link) {
  net::Stream& stream = *link.stream;
  const bool idled = net::monotonic_now() - link.last_used > idle_worth_a_look;
  if (stream.drained() && !idled && stream.time_source() == TimeSource::kernel) return false;
  const auto found = stream.look(shard_.read_buffer);
  if (found.status == IoStatus::ok) on_stale({shard_.read_buffer.data(), found.bytes});
  if (found.status == IoStatus::eof) builder_.on_eof(stream.clean_eof());
  if (found.status == IoStatus::error) builder_.on_broken(stream.error());
  return builder_.concluded();
}

/// The outcome stands where the connection was a fresh one: then all that this server sends is of nobody.
void Session::on_stale(std::string_view bytes) {
  ++record_->stale_answers;
  builder_.conclude(Outcome::bad_response,
                    "the server spoke before the request was sent: " + std::string(bytes));
}

/// The connection has ended without a byte of an answer: whether it had before the request can have reached
/// the server. The end's own time is known by the stamp of its announcement, else our read is the latest that
/// it can have been.
bool Session::had_ended(net::Stream& stream) const {
  if (builder_.any_byte()) return false;
  if (!record_->send_began) return true;
  const bool tls = shard_.run.plan.endpoints[record_->endpoint].tls;
  const net::Arrival last = stream.arrival();
  const bool stamped = tls && stream.clean_eof() && last.source == TimeSource::kernel;
  return (stamped ? last.at : net::monotonic_now()) - asked_at_ <= stream.min_rtt();
}

Stamp Session::ended_at() const {
  const RequestRecord& r = *record_;
  if (r.done) return r.done;
  if (!is_ours(r.outcome)) return now();
  for (const Stamp& last :
       {last_byte_, r.sent, r.send_began, r.tls_done, r.tcp_connected, r.resolved, r.opening}) {
    if (last) return last;
  }
  return r.dispatched;
}

asio::awaitable<void> Session::converse(net::Stream& stream, Outgoing::Bytes request, RequestRecord& record) {
  ended_ = false;
  active_ = &stream;
  asked_at_ = net::monotonic_now();
  bool readable = false;  // nothing is due before the request is out
  for (;;) {
    wants_write_ = false;
    while (!request.empty()) {
      const auto wrote = stream.write_some(request.next());
      request.remove_prefix(wrote.bytes);
      if (!record.send_began && stream.sent_at() >= asked_at_) record.send_began = asked_at_ - stage_start_;
      if (wrote.status == IoStatus::ok) {
        if (request.empty()) record.sent = stream.sent_at() - stage_start_;
        continue;
      }
      wants_write_ = wrote.status == IoStatus::wants_write;
      if (wrote.status == IoStatus::error || wrote.status == IoStatus::eof) {
        // A server that refuses may answer and close before it has read everything: what it said counts.
        request = {};
        readable = true;
      }
      break;
    }
    if ((readable || !stream.drained()) && read_all(stream)) co_return;
    readable = true;
    arm_for_progress();
    if (request.empty() && !wants_write_) {
      co_await stream.wait_while(read_);
      if (ended_) co_return;
    } else {
      co_await stream.wait(wants_write_);
      ++drain_;
    }
    if (fail_if_interrupted()) co_return;
  }
}

/// As the record takes it.
protocol::Arrival Session::arrival_of(const net::Arrival& arrival, bool is_record) const {
  using enum protocol::Arrival::Known;
  const auto known = !arrival.exact ? none : is_record ? all : last;
  // No answer comes before its request.
  const std::int64_t earliest = std::min(std::max(arrival.earliest, asked_at_), arrival.at);
  return {arrival.at - stage_start_, arrival.source, drain_, earliest - stage_start_, known};
}

/// Reads until nothing is left. True when the response has ended.
bool Session::read_all(net::Stream& stream) {
  ended_ = true;
  do {
    const auto read = stream.read_some(shard_.read_buffer);
    if (read.status == IoStatus::eof || read.status == IoStatus::error) {
      useless_ = had_ended(stream);
      if (read.status == IoStatus::eof)
        builder_.on_eof(stream.clean_eof());
      else
        builder_.on_broken(stream.error());
      return true;
    }
    if (read.status != IoStatus::ok) {
      wants_write_ = wants_write_ || read.status == IoStatus::wants_write;
      break;
    }
    const net::Arrival arrival = stream.arrival();
    if (measured_ && arrival.read_lag) shard_.lags.read.add(*arrival.read_lag);
    const std::string_view bytes(shard_.read_buffer.data(), read.bytes);
    const bool early = arrival.source == TimeSource::kernel && arrival.at < asked_at_;
    if (!builder_.any_byte() && (early || !record_->send_began)) {
      useless_ = true;
      on_stale(bytes);
      return true;
    }
    last_byte_ = arrival.at - stage_start_;
    const auto reading = builder_.on_bytes(bytes, arrival_of(arrival, stream.reads_records()));
    if (reading == protocol::Reading::ended) return true;
    if (reading == protocol::Reading::concluded)
      deadline_ = std::min(deadline_, net::monotonic_now() + end_of_message_limit);
  } while (!stream.drained());
  arm_for_progress();
  return ended_ = false;
}

/// The answer must come further in time: to its first byte, its first token, its next event.
void Session::arm_for_progress() {
  const Timeouts& limit = limits();
  const RequestRecord& r = *record_;
  if (builder_.concluded())
    watchdog_.arm(deadline_, Outcome::total_timeout);
  else if (!r.first_byte)
    arm({asked_at_ + limit.first_byte.count(), Outcome::first_byte_timeout});
  else if (r.streamed && !r.first_token)
    arm({asked_at_ + limit.first_token.count(), Outcome::first_token_timeout});
  else
    arm({stage_start_ + builder_.progressed_at() + limit.idle.count(), Outcome::idle_timeout});
}

std::string Session::late(Outcome limit) const {
  const auto within = [](std::chrono::nanoseconds time) {
    return " within " + text::shortest(std::chrono::duration<double>(time).count()) + " s";
  };
  switch (limit) {
    case Outcome::connect_timeout: return "no connection" + within(limits().connect);
    case Outcome::tls_timeout: return "the TLS handshake did not end" + within(limits().tls);
    case Outcome::first_byte_timeout: return "no byte of an answer" + within(limits().first_byte);
    case Outcome::first_token_timeout: return "no token" + within(limits().first_token);
    case Outcome::idle_timeout: return "nothing further came" + within(limits().idle);
    default: return "no complete answer in time";
  }
}

bool Session::fail_if_interrupted() {
  if (builder_.concluded()) return cancelled_ || watchdog_.expired();
  if (cancelled_)
    builder_.conclude(Outcome::cancelled, "the run was interrupted");
  else if (const auto expired = watchdog_.expired())
    builder_.conclude(*expired, late(*expired));
  else
    return false;
  return true;
}

}  // namespace llmload::engine
