#include "engine/session/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "net/arrival_clock.hpp"

namespace llmload::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr auto opening_limit = 10s;  // before the stage, which waits for it
constexpr auto probe_limit = 30s;
constexpr auto list_limit = 3s;   // of what a run can do without
constexpr auto look_limit = 10s;  // of a server that accepts connections before it answers
// Behind a connection that can't be opened, doubled each time: a server that is down is not asked 10,000
// times a second.
constexpr nanoseconds first_pause = 10ms, longest_pause = 1s;

/// Also an error is one: of a request that it does not take, or of a key that it does not know. But these say
/// that who should answer is not there yet.
bool is_answer(int status) { return status != 0 && status != 502 && status != 503 && status != 504; }

/// What a history has of it: no reasoning, and no tool calls, whose results would have to follow them.
ReceivedAnswer answer_of(const RequestRecord& r) {
  ReceivedAnswer answer{r.output.substr(0, r.first_choice_bytes.value_or(r.output.size()))};
  const bool has_more = r.first_choice_bytes || !r.tool_text.empty();
  const std::uint64_t thoughts = r.usage_reasoning_tokens.value_or(0);
  if (r.usage_completion_tokens >= thoughts && !has_more)
    answer.tokens = *r.usage_completion_tokens - thoughts;
  return answer;
}

}  // namespace

Session::Session(ShardResources& shard, std::uint64_t number, const Dialect& dialect)
    : shard_(shard),
      number_(number),
      waiting_(shard.executor),
      builder_(dialect, shard.run.redactor, shard.run.plan.stream, shard.run.plan.max_tokens.most(),
               shard.run.plan.max_response_bytes, &shard.run.collector.memory()),
      exchange_(builder_, limits()),
      read_([this] {
        try {
          exchange_.on_ready(active_->stream().goes_on());
          proceed(*active_);
          if (exchange_.done() || exchange_.wants_write()) return true;
          waiting_.arm(exchange_.limit());
          return false;
        } catch (...) {
          thrown_ = std::current_exception();
          return true;
        }
      }) {
  for (std::size_t i = 0; i < shard.run.plan.endpoints.size(); ++i)
    links_.push_back(std::make_unique<Link>(shard, waiting_, i));
}

asio::awaitable<bool> Session::open_connections(const StageRun& stage) {
  const auto& own = stage.stage().endpoints;
  const std::size_t count = own.empty() ? links_.size() : own.size();
  for (std::size_t i = 0; i < count && !cancelled(); ++i) {
    Link& link = *links_[endpoint_of(stage.stage(), links_.size(), i)];
    if (link.is_open()) continue;  // an endpoint may be there twice
    RequestRecord unseen;          // its failure is not a request's: that one tries again
    deadline_ = net::monotonic_now() + std::min<nanoseconds>(limits().total, opening_limit);
    const auto failure = co_await open(link, unseen);
    waiting_.disarm();
    if (failure && waiting_.interruption()) co_return false;
  }
  co_return true;
}

/// Waits until the quota has room for request `index`. False: the stage is over.
asio::awaitable<bool> Session::allow(const StageRun& stage, std::uint64_t index,
                                     const PreparedRequest& request) {
  const net::Time now = net::monotonic_now();
  if (!stage.may_begin(index, now)) co_return true;  // whether it gets a slot is asked next
  const net::Time at = shard_.reserve(request, now);
  if (!stage.may_begin(index, at)) co_return false;
  co_return co_await waiting_.until(at);
}

// A request has no coroutine of its own between this one, or serve(), and exchange(): its frame would cost
// more than the lines that are here twice.
asio::awaitable<void> Session::run(StageRun& stage, const Finish& finish) {
  std::uint64_t index = stage.first_index(number_);
  for (; index < stage.most_requests(); index = stage.next_index()) {
    prepare_wait_ = 0ns;
    PreparedPtr request = shard_.run.ahead.take(index);
    if (!request) request = co_await shard_.made(waiting_, stage, index, prepare_wait_);
    if (!request) co_return;
    if (shard_.run.quota) {
      const bool allowed = co_await allow(stage, index, *request);
      if (!allowed) co_return;
    }
    const net::Time now = net::monotonic_now();
    const std::optional<Slot> slot = stage.slot(index, now);
    if (cancelled() || stage.stopped()) co_return;
    if (!slot) break;
    if (!may_spend(stage)) co_return;
    Outgoing outgoing = begin(stage, *slot, std::move(request), now);
    co_await exchange(record_->endpoint, outgoing.bytes(), *record_);
    learn(outgoing);
    if (may_try_again()) co_await further_attempts(stage, outgoing, now);
    if (end(outgoing, finish)) co_await later_turns(stage, *slot, std::move(outgoing.prepared), finish);
    stage.end_conversation(*slot);
    if (failed_openings_ == 0) continue;
    const nanoseconds pause =
        std::min(first_pause * (1U << std::min(failed_openings_ - 1, 10U)), longest_pause);
    (void)co_await waiting_.until(net::monotonic_now() + pause);
  }
  stage.note_last(index, net::monotonic_now());
}

asio::awaitable<void> Session::serve(StageRun& stage, Slot slot, PreparedPtr request, net::Time dispatched,
                                     const Finish& finish) {
  if (cancelled() || stage.stopped() || !may_spend(stage)) co_return;
  Outgoing outgoing = begin(stage, slot, std::move(request), dispatched);
  co_await exchange(record_->endpoint, outgoing.bytes(), *record_);
  learn(outgoing);
  if (may_try_again()) co_await further_attempts(stage, outgoing, dispatched);
  if (end(outgoing, finish)) co_await later_turns(stage, slot, std::move(outgoing.prepared), finish);
  stage.end_conversation(slot);
}

/// Whether the run's budget has room for one more request; the stage ends where it has not.
bool Session::may_spend(StageRun& stage) {
  if (shard_.run.budget.take()) return true;
  stage.stop();
  return false;
}

/// Begins the request's record, and writes it.
Outgoing Session::begin(StageRun& stage, const Slot& slot, PreparedPtr request, net::Time dispatched) {
  stage_start_ = stage.start();
  measured_ = slot.measured;
  RequestRecord& record = record_.emplace();
  record.stage = stage.number();
  record.index = slot.index;
  record.turn = request->turn.number;
  record.first_turn = request->turn.turns.first;
  record.turns = request->turn.turns.all;
  record.model = request->model;
  record.label = request->label;
  record.max_tokens = request->max_tokens;
  record.shard = shard_.shard;
  record.endpoint = static_cast<unsigned>(endpoint_of(stage.stage(), links_.size(), slot.index));
  record.measured = slot.measured;
  record.dispatched = dispatched - stage_start_;
  if (slot.due) {
    record.scheduled = *slot.due;
    // Only a cap that queues, the answer before it, or a quota makes a request wait; when a session was free
    // the kernel tells, not we.
    const bool waits = record.turn > record.first_turn || !stage.dealt();
    const nanoseconds free = waits ? std::max(*slot.due, free_since_ - stage_start_) : *slot.due;
    record.admitted = std::max(free, slot.allowed_at - stage_start_);
  }
  if (!slot.due && slot.measured) {
    shard_.lags.prepare.add(prepare_wait_);
    // Not where the quota, or a connection that failed, made it wait.
    if (free_since_ != net::Time() && !shard_.run.quota && failed_openings_ == 0)
      shard_.lags.turnaround.add(dispatched - free_since_);
  }
  stage.count_begin(slot.measured);
  if (record.turn == record.first_turn) stage.begin_conversation(slot, request->turn.turns.sent());
  deadline_ = dispatched + limits().total;
  return shard_.write(std::move(request), record.endpoint);
}

/// Gives its record away. Whether its conversation goes on: then its answer is kept.
bool Session::end(const Outgoing& outgoing, const Finish& finish) {
  RequestRecord& record = *record_;
  const bool goes_on =
      record.outcome == Outcome::ok && !record.text_dropped && !outgoing.prepared->turn.is_last();
  if (goes_on) answer_ = answer_of(record);
  if (record.outcome == Outcome::ok) record.shared_tokens = outgoing.prepared->tokens.shared;
  if (record.outcome == Outcome::ok && shard_.run.plan.tokenizer) {
    record.prompt_tokens = outgoing.prepared->tokens.prompt;
    record.system_tokens = outgoing.prepared->tokens.system;
  }
  free_since_ = record.done ? stage_start_ + *record.done : net::monotonic_now();
  finish(std::move(record));
  return goes_on;
}

asio::awaitable<void> Session::probe(std::size_t endpoint, RequestRecord& record) {
  RunContext& run = shard_.run;
  // A text of its own: what a measured request sends must not be in a server's cache by then.
  RequestSpec question = ask("Is anybody there?");
  question.max_tokens = 1;  // against what an extra_body says
  const std::string body = run.writer.body(question, {.max_tokens = 1, .endpoint = endpoint});
  const std::string request = run.writer.head(endpoint, body.size(), run.keys.current()->value) + body;
  deadline_ = net::monotonic_now() + std::min<nanoseconds>(limits().total, probe_limit);
  const RequestBytes bytes{request, {}};
  co_await exchange(endpoint, bytes, record);
}

asio::awaitable<std::string> Session::get(std::size_t endpoint, std::string target) {
  const std::string request = shard_.run.writer.get(endpoint, shard_.run.keys.current()->value, target);
  const RequestBytes bytes{request, {}};
  RequestRecord record;
  deadline_ = net::monotonic_now() + std::min<nanoseconds>(limits().total, list_limit);
  co_await exchange(endpoint, bytes, record);
  co_return record.outcome == Outcome::ok ? std::move(record.output) : std::string();
}

asio::awaitable<std::string> Session::wait_until_ready(std::size_t endpoint, net::Time latest) {
  const std::string request = shard_.run.writer.get(endpoint, shard_.run.keys.current()->value);
  const RequestBytes bytes{request, {}};
  for (nanoseconds pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
    RequestRecord record;
    deadline_ = std::min<net::Time>(latest, net::monotonic_now() + look_limit);
    co_await exchange(endpoint, bytes, record);
    if (is_answer(record.http_status) || cancelled()) co_return "";
    const net::Time now = net::monotonic_now();
    const nanoseconds left = latest - now;
    if (left < first_pause) co_return std::string(to_string(record.outcome)) + ", " + record.error;
    (void)co_await waiting_.until(now + std::min(pause, left / 2));  // the last question is near the end
  }
}

}  // namespace llmload::engine
