#include <new>
#include <utility>

#include "engine/session/session.hpp"
#include "net/arrival_clock.hpp"

namespace llmload::engine {

namespace asio = boost::asio;
using net::IoStatus;
using Step = Exchange::Step;

namespace {

/// The end's own time is known by the stamp of its announcement, else our read is the latest that it can have
/// been.
ConnectionEnd end_of(Link& link, IoStatus status) {
  net::Stream& stream = link.stream();
  const net::Arrival last = stream.arrival();
  const bool stamped = link.target().tls && stream.clean_eof() && last.source == TimeSource::kernel;
  return {status, stream.clean_eof(), stamped ? last.at : net::monotonic_now(), stream.min_rtt(),
          stream.error()};
}

}  // namespace

/// Over the kept connection. Where that was of no use before the request can have reached the server, over a
/// fresh one, of which the outcome stands.
asio::awaitable<void> Session::exchange(std::size_t endpoint, RequestBytes request, RequestRecord& record) {
  Link& link = *links_[endpoint];
  record.endpoint = static_cast<unsigned>(endpoint);  // also a probe's, and a further attempt's
  waiting_.arm({deadline_, Outcome::total_timeout});
  for (bool sent_before = false;; sent_before = record.send_began.has_value()) {
    try {
      exchange_.begin(record, stage_start_, deadline_);
      if (stop_if_interrupted()) break;  // it may have been while nothing was awaited
      record.connection_reused = link.is_open();
      if (!record.connection_reused) {
        const auto failure = co_await open(link, record);
        if (failure) {
          exchange_.fail(*failure);
          break;
        }
      }
      net::Time now = net::monotonic_now();
      if (link.is_doubtful(now)) {
        look(link);
        now = net::monotonic_now();
      }
      if (!exchange_.done()) {
        if (sent_before) ++record.attempts;
        exchange_.ask(request, now);
        net::Stream& stream = link.stream();
        active_ = &link;
        waiting_.attend(&stream);
        // Behind each wait first what ends it is looked at, then what came.
        for (proceed(link); !exchange_.done(); proceed(link)) {
          waiting_.arm(exchange_.limit());
          if (exchange_.only_reads()) {
            // Which proceeds by itself. An edge that came before anyone waited is not told again.
            if (stream.must_wait() || !read_()) co_await stream.wait_while(read_);
            if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
            if (exchange_.done() || stop_if_interrupted()) break;
            continue;
          }
          co_await stream.wait(exchange_.wants_write());
          if (stop_if_interrupted()) break;
          exchange_.on_ready(stream.goes_on());
        }
      }
    } catch (const std::bad_alloc&) {
      exchange_.on_no_memory(link.is_open() ? Outcome::too_large : Outcome::connect_failed);
      break;
    }
    if (!exchange_.useless() || !record.connection_reused) break;
    link.close();
  }
  waiting_.disarm();
  waiting_.attend(nullptr);
  const net::Time ended = record.done ? stage_start_ + *record.done : net::monotonic_now();
  exchange_.finish(ended);
  link.use(ended);
  // An answer that came before the whole request was out leaves a connection in the middle of it.
  if (fresh_connections() || !exchange_.reusable()) link.close();
}

asio::awaitable<std::optional<Failure>> Session::open(Link& link, RequestRecord& record) {
  std::optional<Failure> failure;
  try {
    failure = co_await link.open(record, stage_start_, deadline_);
  } catch (const std::bad_alloc&) {
    link.close();
    failure.emplace(Outcome::connect_failed, "the system has no memory for it");
  }
  failed_openings_ = failure ? failed_openings_ + 1 : 0;
  co_return failure;
}

/// Whether something came before the request goes out: then it is of nobody, and the connection is of no use.
void Session::look(Link& link) {
  const auto found = link.stream().look(shard_.read_buffer);
  if (found.status == IoStatus::ok)
    exchange_.on_bytes({shard_.read_buffer.data(), found.bytes}, link.stream().arrival(), false);
  else if (found.status == IoStatus::eof || found.status == IoStatus::error)
    exchange_.on_end(end_of(link, found.status));
}

/// What can be done without a wait.
void Session::proceed(Link& link) {
  net::Stream& stream = link.stream();
  while (!exchange_.done()) {
    switch (exchange_.next(stream.must_wait())) {
      case Step::write: {
        const auto wrote = stream.write_some(exchange_.to_send());
        exchange_.on_write(wrote, stream.sent_at());
        break;
      }
      case Step::read: read(link); break;
      case Step::wait:
      case Step::done: return;
    }
  }
}

void Session::read(Link& link) {
  net::Stream& stream = link.stream();
  const auto got = stream.read_some(shard_.read_buffer);
  switch (got.status) {
    case IoStatus::ok: {
      const net::Arrival arrival = stream.arrival();
      if (measured_ && arrival.read_lag) shard_.lags.read.add(*arrival.read_lag);
      exchange_.on_bytes({shard_.read_buffer.data(), got.bytes}, arrival, stream.reads_records());
      break;
    }
    case IoStatus::wants_read:
    case IoStatus::wants_write: exchange_.on_read_blocked(got.status == IoStatus::wants_write); break;
    case IoStatus::eof:
    case IoStatus::error: exchange_.on_end(end_of(link, got.status));
  }
}

/// First the cancellation, then the limit.
bool Session::stop_if_interrupted() {
  const auto why = waiting_.interruption();
  if (why) exchange_.interrupt(*why);
  return why.has_value();
}

}  // namespace llmload::engine
