#include "engine/session.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "net/arrival_clock.hpp"

namespace llmload::engine {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t opening_limit = 10 * net::ns_per_second;  // before the stage, which waits for it
constexpr std::int64_t probe_limit = 30 * net::ns_per_second;
constexpr std::size_t one_write = 16 * 1024;  // bytes: a TLS record
// Behind a connection that can't be opened, doubled each time: a server that is down is not asked 10,000
// times a second.
constexpr std::int64_t first_pause = net::ns_per_second / 100, longest_pause = net::ns_per_second;

}  // namespace

Session::Session(ShardResources& shard, std::uint64_t number)
    : shard_(shard),
      number_(number),
      links_(shard.run.plan.endpoints.size()),
      builder_(dialect_of(shard.run.plan), shard.run.redactor, shard.run.plan.stream,
               shard.run.plan.max_tokens.most(), shard.run.plan.max_response_bytes),
      watchdog_(shard.executor,
                [this] {
                  if (sleeper_)
                    wake();
                  else if (active_ != nullptr)
                    active_->cancel();
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
  stop_waiting();
  if (active_ != nullptr) active_->cancel();
}

void Session::stop_waiting() {
  woken_ = true;
  if (!sleeper_) return;
  // Not from here: who stops may be in the middle of a list of sessions.
  asio::post(shard_.executor, [sleeper = std::move(*sleeper_)]() mutable { std::move(sleeper)(); });
  sleeper_.reset();
}

void Session::wake() {
  Sleeper sleeper = std::move(*sleeper_);
  sleeper_.reset();
  std::move(sleeper)();  // the last thing: the coroutine may end us
}

asio::awaitable<bool> Session::sleep_until(std::int64_t at) {
  if (woken_ || net::monotonic_now() >= at) co_return !woken_;
  watchdog_.arm(at, Outcome::ok);
  co_await sleep();
  watchdog_.disarm();
  co_return !woken_;
}

/// Until somebody wakes it: the watchdog, stop_waiting(), or an answer of the Resolver.
asio::awaitable<void> Session::sleep() {
  const auto keep = [slot = &sleeper_](auto handler) { slot->emplace(std::move(handler)); };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(keep, asio::use_awaitable);
}

asio::awaitable<bool> Session::open_connections() {
  for (std::size_t i = 0; i < links_.size() && !cancelled_; ++i) {
    RequestRecord unseen;  // its failure is not a request's: that one tries again
    deadline_ = net::monotonic_now() + std::min(limits().total.count(), opening_limit);
    builder_.start(unseen);
    const bool opened = co_await open(i, unseen);
    watchdog_.disarm();
    if (!opened && watchdog_.expired()) co_return false;
  }
  co_return true;
}

std::int64_t ShardResources::reserve(const PreparedRequest& request, std::int64_t from) {
  return run.quota ? run.quota->reserve(request.charged_tokens + request.max_tokens, from) : from;
}

/// A closed loop's request, when the quota has room for it; nothing when the stage is over.
asio::awaitable<std::optional<Turn>> Session::take(StageRun& stage, std::uint64_t index,
                                                   PreparedPtr& request) {
  if (index >= stage.most_requests()) co_return std::nullopt;
  prepare_wait_ = 0;
  request = shard_.run.ahead.take(index);
  if (!request) request = co_await prepared(stage, index);
  if (!request) co_return std::nullopt;
  std::int64_t at = net::monotonic_now();
  if (shard_.run.quota && stage.may_begin(index, at)) {
    at = shard_.reserve(*request, at);
    if (!stage.may_begin(index, at)) co_return std::nullopt;
    const bool slept = co_await sleep_until(at);
    if (!slept) co_return std::nullopt;
    at = net::monotonic_now();
  }
  co_return stage.turn(index, at);
}

/// When it is made; nothing where the session was told to stop waiting before, or the stage had been stopped
/// before there was a session to be told.
asio::awaitable<PreparedPtr> Session::prepared(const StageRun& stage, std::uint64_t index) {
  const auto made = std::make_shared<bool>(false);
  const auto then = [this, asked = std::weak_ptr<bool>(made), executor = shard_.executor] {
    asio::post(executor, [this, asked] {
      const auto to = asked.lock();
      if (!to) return;  // nor is there a session, perhaps
      *to = true;
      if (sleeper_) wake();
    });
  };
  const std::int64_t from = net::monotonic_now();
  shard_.run.ahead.tell(index, then);
  while (!*made && !woken_ && !stage.stopped()) co_await sleep();
  prepare_wait_ = net::monotonic_now() - from;
  co_return *made ? shard_.run.ahead.take(index) : nullptr;
}

asio::awaitable<void> Session::run(StageRun& stage, const Finish& finish) {
  for (std::uint64_t index = number_;; index = stage.next_index()) {
    PreparedPtr request;
    const std::optional<Turn> turn = co_await take(stage, index, request);
    if (!turn) co_return;
    co_await serve(stage, *turn, std::move(request), net::monotonic_now(), finish);
    if (failed_openings_ == 0) continue;
    const std::int64_t pause = std::min(first_pause << std::min(failed_openings_ - 1, 10U), longest_pause);
    (void)co_await sleep_until(net::monotonic_now() + pause);
  }
}

asio::awaitable<void> Session::serve(StageRun& stage, Turn turn, PreparedPtr request, std::int64_t dispatched,
                                     const Finish& finish) {
  if (cancelled_ || stage.stopped()) co_return;
  stage_start_ = stage.start();
  measured_ = turn.measured;
  RequestRecord record;
  record.index = turn.index;
  record.max_tokens = request->max_tokens;
  record.shard = shard_.shard;
  record.measured = turn.measured;
  record.dispatched = dispatched - stage_start_;
  if (turn.due) {
    record.scheduled = *turn.due;
    // Only a cap that queues, or a quota, makes a request wait; when a session was free the kernel tells, not
    // we.
    const std::int64_t free = stage.dealt() ? *turn.due : std::max(*turn.due, free_since_ - stage_start_);
    record.admitted = std::max(free, turn.allowed_at - stage_start_);
  }
  if (!turn.due && turn.measured) {
    shard_.lags.prepare.add(prepare_wait_);
    // Not where the quota, or a connection that failed, made it wait.
    if (free_since_ != 0 && !shard_.run.quota && failed_openings_ == 0)
      shard_.lags.turnaround.add(dispatched - free_since_);
  }
  stage.count_begin(turn.measured);
  deadline_ = dispatched + limits().total.count();
  co_await attempts(stage, request, record);
  if (record.outcome == Outcome::ok && shard_.run.plan.tokenizer) {
    record.prompt_tokens = request->tokens.prompt;
    record.system_tokens = request->tokens.system;
  }
  free_since_ = record.done ? stage_start_ + *record.done : net::monotonic_now();
  finish(std::move(record));
}

Outgoing Session::written(const PreparedPtr& request, std::size_t endpoint) {
  Outgoing& last = shard_.written[endpoint];
  const auto key = shard_.run.keys.current();
  if (last.prepared == request && last.key_version == key->version) return last;
  const std::string& body = request->body;
  std::string opening = shard_.run.writer.head(endpoint, body.size(), key->value);
  const std::size_t rest_from = std::min(body.size(), one_write - std::min(opening.size(), one_write));
  opening.append(body, 0, rest_from);
  last = {request, key->version, std::make_shared<const std::string>(std::move(opening)), rest_from};
  return last;
}

asio::awaitable<void> Session::probe(std::size_t endpoint, RequestRecord& record) {
  RunContext& run = shard_.run;
  // A text of its own: what a measured request sends must not be in a server's cache by then.
  const std::string body = run.writer.body(ask("Is anybody there?"), 1, endpoint);
  const std::string request = run.writer.head(endpoint, body.size(), run.keys.current()->value) + body;
  deadline_ = net::monotonic_now() + std::min(limits().total.count(), probe_limit);
  const Outgoing::Bytes bytes{request, {}};
  co_await exchange(endpoint, bytes, record);
}

}  // namespace llmload::engine
