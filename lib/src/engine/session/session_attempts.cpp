#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/session/session.hpp"
#include "net/arrival_clock.hpp"
#include "protocol/http/rate_limit.hpp"

namespace llmload::engine {

namespace asio = boost::asio;

namespace {

/// The record of the same request's next attempt: what only the one before it had is forgotten.
RequestRecord next_attempt(RequestRecord&& r, std::chrono::nanoseconds waited) {
  RequestRecord next;
  next.stage = r.stage;
  next.index = r.index;
  next.turn = r.turn;
  next.first_turn = r.first_turn;
  next.turns = r.turns;
  next.model = r.model;
  next.label = std::move(r.label);
  next.max_tokens = r.max_tokens;
  next.shard = r.shard;
  next.measured = r.measured;
  next.scheduled = r.scheduled;
  next.admitted = r.admitted;
  next.dispatched = r.dispatched;
  next.reconnects = r.reconnects;
  next.limits = std::move(r.limits);
  next.stale_answers = r.stale_answers;
  next.attempts = r.attempts + 1;
  next.retry_wait = r.retry_wait + waited;
  return next;
}

}  // namespace

/// What the server charged for the sending that ended, for the quota.
void Session::learn(const Outgoing& outgoing) {
  auto& quota = shard_.run.quota;
  if (quota && record_->usage_prompt_tokens)
    quota->learn(outgoing.prepared->charged_tokens, *record_->usage_prompt_tokens);
}

/// Whether the sending that ended may not be the last one.
bool Session::may_try_again() const {
  return record_->outcome == Outcome::rate_limited || record_->http_status == 401;
}

/// What is behind the first attempt of a request that was taken at `dispatched`. Each may be sent twice.
asio::awaitable<void> Session::further_attempts(const StageRun& stage, Outgoing& outgoing,
                                                net::Time dispatched) {
  RunContext& run = shard_.run;
  RequestRecord& record = *record_;
  const std::size_t endpoint = record.endpoint;
  bool new_key = false;
  for (unsigned attempt = 1; may_try_again(); ++attempt) {
    const net::Time ended = net::monotonic_now();
    if (record.http_status == 401 && !std::exchange(new_key, true)) {
      const bool replaced = co_await run.keys.replace(outgoing.key_version);
      if (!replaced || stage.stopped()) co_return;
      outgoing = shard_.write(outgoing.prepared, endpoint);
    } else {
      // A wait that is cut short leaves the last attempt's outcome.
      const auto next = next_attempt_at(record, attempt, dispatched);
      if (!next) co_return;
      const bool waited = co_await waiting_.until(*next);
      if (!waited || stage.stopped()) co_return;
      const net::Time allowed = shard_.reserve(*outgoing.prepared, net::monotonic_now());
      if (allowed - dispatched > run.plan.retry.budget) co_return;
      const bool allowed_now = co_await waiting_.until(allowed);
      if (!allowed_now || stage.stopped()) co_return;
    }
    record = next_attempt(std::move(record), net::monotonic_now() - ended);
    deadline_ = net::monotonic_now() + limits().total;
    co_await exchange(endpoint, outgoing.bytes(), record);
    learn(outgoing);
  }
}

/// Nothing where the answer stands.
std::optional<net::Time> Session::next_attempt_at(const RequestRecord& record, unsigned attempt,
                                                  net::Time dispatched) {
  const Retry& retry = shard_.run.plan.retry;
  if (record.outcome != Outcome::rate_limited || !retry.rate_limited || attempt > retry.most) return {};
  const auto wall = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto asked = builder_.rate_limit().retry_after(wall);
  const double uniform = shard_.random.uniform();
  // A tenth is spread, for all that were told the same would come back at once.
  const auto wait = asked ? *asked + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                         static_cast<double>(asked->count()) * uniform / 10))
                          : protocol::backoff(attempt + 1, uniform);
  const net::Time at = net::monotonic_now() + wait;
  return at - dispatched <= retry.budget ? std::optional(at) : std::nullopt;
}

}  // namespace llmload::engine
