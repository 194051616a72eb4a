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
RequestRecord next_attempt(RequestRecord&& r, std::int64_t waited) {
  RequestRecord next;
  next.stage = r.stage;
  next.index = r.index;
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

asio::awaitable<void> Session::attempts(const StageRun& stage, const PreparedPtr& request,
                                        RequestRecord& record) {
  RunContext& run = shard_.run;
  const std::size_t endpoint = endpoint_of(stage.stage(), links_.size(), record.index);
  Outgoing outgoing = shard_.write(request, endpoint);
  const std::int64_t first = net::monotonic_now();
  bool new_key = false;
  for (unsigned attempt = 1;; ++attempt) {  // each may be sent twice
    co_await exchange(endpoint, outgoing.bytes(), record);
    if (run.quota && record.usage_prompt_tokens)
      run.quota->learn(request->charged_tokens, *record.usage_prompt_tokens);
    const std::int64_t ended = net::monotonic_now();
    if (record.http_status == 401 && !std::exchange(new_key, true)) {
      const bool replaced = co_await run.keys.replace(outgoing.key_version);
      if (!replaced || stage.stopped()) co_return;
      outgoing = shard_.write(request, endpoint);
    } else {
      // A wait that is cut short leaves the last attempt's outcome.
      const auto next = next_attempt_at(record, attempt, first);
      if (!next) co_return;
      const bool waited = co_await waiting_.until(*next);
      if (!waited || stage.stopped()) co_return;
      const std::int64_t allowed = shard_.reserve(*request, net::monotonic_now());
      if (allowed - first > run.plan.retry.budget.count()) co_return;
      const bool allowed_now = co_await waiting_.until(allowed);
      if (!allowed_now || stage.stopped()) co_return;
    }
    record = next_attempt(std::move(record), net::monotonic_now() - ended);
    deadline_ = net::monotonic_now() + limits().total.count();
  }
}

/// CLOCK_MONOTONIC; nothing where the answer stands.
std::optional<std::int64_t> Session::next_attempt_at(const RequestRecord& record, unsigned attempt,
                                                     std::int64_t first) {
  const Retry& retry = shard_.run.plan.retry;
  if (record.outcome != Outcome::rate_limited || !retry.rate_limited || attempt > retry.most) return {};
  const auto wall = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto asked = builder_.rate_limit().retry_after(wall);
  const double uniform = shard_.random.uniform();
  // A tenth is spread, for all that were told the same would come back at once.
  const auto wait = asked ? *asked + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                         static_cast<double>(asked->count()) * uniform / 10))
                          : protocol::backoff(attempt + 1, uniform);
  const std::int64_t at = net::monotonic_now() + wait.count();
  return at - first <= retry.budget.count() ? std::optional(at) : std::nullopt;
}

}  // namespace llmload::engine
