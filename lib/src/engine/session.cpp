#include "engine/session.hpp"

#include <algorithm>
#include <utility>

#include "net/arrival_clock.hpp"

namespace llmload::engine {

namespace asio = boost::asio;
using net::IoStatus;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t connect_limit = 5 * second;   // per address: a dead one must not hide a live one
constexpr std::int64_t opening_limit = 10 * second;  // before the stage, which waits for it
constexpr std::int64_t probe_limit = 30 * second;
constexpr std::int64_t end_of_message_limit = second;  // after [DONE]; then the connection is given up
constexpr std::int64_t idle_worth_a_look = second;     // servers close idle connections after some seconds

std::string describe(const asio::ip::tcp::endpoint& address) {
  const auto ip = address.address().to_string();
  return (address.address().is_v6() ? '[' + ip + ']' : ip) + ':' + std::to_string(address.port());
}

}  // namespace

Session::Session(ShardResources& shard, std::uint64_t number)
    : shard_(shard),
      number_(number),
      links_(shard.run.plan.endpoints.size()),
      builder_(shard.run.redactor, shard.run.plan.stream, shard.run.plan.max_tokens.most()),
      watchdog_(shard.executor,
                [this] {
                  if (active_ != nullptr) active_->cancel();
                }),
      read_([this] {
        ++drain_;
        return read_all(*active_) || wants_write_;
      }) {
  const auto wanted = shard.run.plan.kernel_time ? TimeSource::kernel : TimeSource::user;
  for (Link& link : links_) link.stream = std::make_unique<net::Stream>(shard.poller, shard.clock, wanted);
}

std::int64_t Session::now() const { return net::monotonic_now() - stage_start_; }

bool Session::fresh_connections() const { return shard_.run.plan.connection == Connection::per_request; }

void Session::cancel() {
  cancelled_ = true;
  if (active_ != nullptr) active_->cancel();
}

asio::awaitable<bool> Session::open_connections() {
  for (std::size_t i = 0; i < links_.size() && !cancelled_; ++i) {
    RequestRecord unseen;  // its failure is not a request's: that one tries again
    deadline_ = net::monotonic_now() + std::min(shard_.run.plan.request_timeout.count(), opening_limit);
    builder_.start(unseen);
    watchdog_.arm(deadline_, Outcome::total_timeout);
    const bool opened = co_await open(i, unseen);
    watchdog_.disarm();
    if (!opened && watchdog_.expired()) co_return false;
  }
  co_return true;
}

asio::awaitable<void> Session::run(StageRun& stage, const Finish& finish) {
  std::int64_t taken = net::monotonic_now();
  for (auto turn = stage.take_first(number_, taken); turn; turn = stage.take_next(taken)) {
    co_await serve(stage, *turn, taken, finish);
    taken = net::monotonic_now();
  }
}

asio::awaitable<void> Session::serve(const StageRun& stage, Turn turn, std::int64_t dispatched,
                                     const Finish& finish) {
  stage_start_ = stage.start();
  measured_ = turn.measured;
  RequestRecord record;
  record.index = turn.index;
  record.shard = shard_.shard;
  record.measured = turn.measured;
  if (turn.due) {
    record.scheduled = *turn.due;
    // Only a cap that queues makes a request wait for a session; when that was free the kernel tells, not we.
    record.admitted = stage.dealt() ? *turn.due : std::max(*turn.due, free_since_ - stage_start_);
  }
  record.dispatched = dispatched - stage_start_;
  const std::size_t endpoint = turn.index % links_.size();
  const Plan& plan = shard_.run.plan;
  record.max_tokens = plan.max_tokens(turn.index);
  const auto request =
      request_of(endpoint, plan.prompts->prompt(stage.number(), turn.index), record.max_tokens);
  deadline_ = dispatched + plan.request_timeout.count();
  co_await exchange(endpoint, *request, record);
  free_since_ = record.done ? stage_start_ + *record.done : net::monotonic_now();
  finish(std::move(record));
}

std::shared_ptr<const std::string> Session::request_of(std::size_t endpoint, std::string prompt,
                                                       unsigned max_tokens) {
  auto& last = shard_.written[endpoint];
  if (!last.request || prompt != last.prompt || max_tokens != last.max_tokens) {
    const auto& writer = shard_.run.writer;
    last.request = std::make_shared<const std::string>(
        writer.request(endpoint, writer.body(prompt, max_tokens, endpoint)));
    last.prompt = std::move(prompt);
    last.max_tokens = max_tokens;
  }
  return last.request;
}

asio::awaitable<void> Session::probe(std::size_t endpoint, RequestRecord& record) {
  const auto& writer = shard_.run.writer;
  const auto body = writer.body(shard_.run.plan.prompts->prompt(0, 0), 1, endpoint);
  const std::string request = writer.request(endpoint, body);
  deadline_ = net::monotonic_now() + std::min(shard_.run.plan.request_timeout.count(), probe_limit);
  co_await exchange(endpoint, request, record);
}

asio::awaitable<void> Session::exchange(std::size_t endpoint, std::string_view request,
                                        RequestRecord& record) {
  Link& link = links_[endpoint];
  watchdog_.arm(deadline_, Outcome::total_timeout);
  const bool idled = net::monotonic_now() - link.last_used > idle_worth_a_look;
  if (link.stream->is_open() && idled && link.stream->stale()) link.stream->close();
  for (bool again = false;; again = true) {
    builder_.start(record);
    record.connection_reused = link.stream->is_open();
    if (!link.stream->is_open()) {
      const bool again_open = link.opened_before && !fresh_connections();
      if (!co_await open(endpoint, record)) break;
      if (again_open) ++record.reconnects;
    }
    co_await converse(*link.stream, request, record);
    link.last_used = net::monotonic_now();
    const bool died_unanswered =
        record.outcome == Outcome::reset && record.connection_reused && !builder_.any_byte();
    if (!died_unanswered || again) break;
    // The server closed the kept connection as the request went out: once more, on a fresh one.
    link.stream->close();
  }
  watchdog_.disarm();
  // An answer that came before the whole request was out leaves a connection in the middle of it.
  if (fresh_connections() || !record.sent || !builder_.reusable()) link.stream->close();
}

asio::awaitable<bool> Session::open(std::size_t endpoint, RequestRecord& record) {
  const Endpoint& target = shard_.run.plan.endpoints[endpoint];
  active_ = links_[endpoint].stream.get();
  net::Addresses addresses = shard_.run.addresses[endpoint];
  if (fresh_connections() || addresses.list.empty()) {
    addresses = co_await shard_.run.resolver.resolve(target.host, target.port);
    record.resolved = now();
    if (fail_if_interrupted()) co_return false;
    if (addresses.list.empty()) {
      builder_.conclude(Outcome::dns_failed, addresses.error);
      co_return false;
    }
  }
  if (!co_await dial(endpoint, addresses, record)) co_return false;
  net::Stream& stream = *links_[endpoint].stream;
  if (target.tls) {
    const bool secured = co_await stream.handshake(shard_.tls.connection(target.host, target.port), false);
    if (!secured) {
      const std::string why = stream.error();
      stream.close();
      if (fail_if_interrupted()) co_return false;
      builder_.conclude(Outcome::tls_failed, why);
      co_return false;
    }
    record.tls_done = now();
  }
  if (fail_if_interrupted()) {
    stream.close();
    co_return false;
  }
  links_[endpoint].opened_before = true;
  links_[endpoint].last_used = net::monotonic_now();
  co_return true;
}

asio::awaitable<bool> Session::dial(std::size_t endpoint, const net::Addresses& addresses,
                                    RequestRecord& record) {
  net::Stream& stream = *links_[endpoint].stream;
  for (const auto& address : addresses.list) {
    builder_.start(record);  // what failed before is not this address's
    const bool last = &address == &addresses.list.back();
    const std::int64_t limit = net::monotonic_now() + connect_limit;
    const bool whole_time = last || deadline_ <= limit;
    watchdog_.arm(whole_time ? deadline_ : limit,
                  whole_time ? Outcome::total_timeout : Outcome::connect_timeout);
    const auto ec = co_await stream.connect(address);
    if (!ec) {
      record.tcp_connected = now();
      watchdog_.arm(deadline_, Outcome::total_timeout);
      co_return true;
    }
    if (watchdog_.expired() == Outcome::connect_timeout && !cancelled_) {
      builder_.conclude(Outcome::connect_timeout, describe(address) + ": no answer in 5 s");
      continue;
    }
    if (fail_if_interrupted()) co_return false;
    builder_.conclude(Outcome::connect_failed, describe(address) + ": " + ec.message());
  }
  co_return false;
}

asio::awaitable<void> Session::converse(net::Stream& stream, std::string_view request,
                                        RequestRecord& record) {
  ended_ = false;
  active_ = &stream;
  bool readable = false;  // nothing is due before the request is out
  for (;;) {
    wants_write_ = false;
    while (!request.empty()) {
      const auto wrote = stream.write_some(request);
      request.remove_prefix(wrote.bytes);
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

/// Reads until nothing is left. True when the response has ended.
bool Session::read_all(net::Stream& stream) {
  ended_ = true;
  do {
    const auto read = stream.read_some(shard_.read_buffer);
    if (read.status == IoStatus::eof) {
      builder_.on_eof(stream.clean_eof());
      return true;
    }
    if (read.status == IoStatus::error) {
      builder_.on_broken(stream.error());
      return true;
    }
    if (read.status != IoStatus::ok) {
      wants_write_ = wants_write_ || read.status == IoStatus::wants_write;
      return ended_ = false;
    }
    const auto& arrival = stream.arrival();
    if (measured_ && arrival.read_lag) shard_.read_lag.add(*arrival.read_lag);
    const std::string_view bytes(shard_.read_buffer.data(), read.bytes);
    const auto reading = builder_.on_bytes(bytes, {arrival.at - stage_start_, arrival.source, drain_});
    if (reading == protocol::Reading::ended) return true;
    if (reading == protocol::Reading::concluded) {
      const std::int64_t limit = net::monotonic_now() + end_of_message_limit;
      if (limit < deadline_) watchdog_.arm(deadline_ = limit, Outcome::total_timeout);
    }
  } while (!stream.drained());
  return ended_ = false;
}

bool Session::fail_if_interrupted() {
  if (builder_.concluded()) return cancelled_ || watchdog_.expired();
  if (cancelled_)
    builder_.conclude(Outcome::cancelled, "the run was interrupted");
  else if (const auto expired = watchdog_.expired())
    builder_.conclude(*expired, "no complete answer in time");
  else
    return false;
  return true;
}

}  // namespace llmload::engine
