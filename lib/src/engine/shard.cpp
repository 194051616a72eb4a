#include "engine/shard.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "net/arrival_clock.hpp"
#include "net/start_thread.hpp"
#include "protocol/http/model_list.hpp"
#include "protocol/target/shown_url.hpp"

namespace llmload::engine {

namespace asio = boost::asio;

namespace {

constexpr std::size_t read_buffer_size = 64 * 1024;
constexpr unsigned handshakes_at_once = 16;  // they set the peak of the memory
constexpr std::size_t batch_size = 32;       // records; a lock each
constexpr std::chrono::milliseconds batch_age{100};
constexpr std::uint64_t run_seed = 1;  // of the shards' random waits

}  // namespace

Shard::Shard(RunContext& run, unsigned number)
    : work_(io_.get_executor()),
      resources_{run,
                 number,
                 io_.get_executor(),
                 net::Poller(io_.get_executor()),
                 {},
                 net::TlsContext(run.trusted.get(), run.plan.connection == Connection::keep_alive,
                                 {run.plan.client_certificate_pem, run.plan.client_key_pem.reveal()}),
                 std::vector<char>(read_buffer_size),
                 std::vector<Outgoing>(run.plan.endpoints.size()),
                 run.addresses,
                 std::vector<net::Time>(run.plan.endpoints.size()),
                 std::vector<std::size_t>(run.plan.endpoints.size()),
                 {},
                 workload::Random(workload::mixed(run_seed, number))},
      loop_probe_(io_, resources_.poller.sleep()),
      finish_([this](RequestRecord&& record) { finish(std::move(record)); }),
      later_(io_),
      thread_(net::start_thread("shard " + std::to_string(number), [this] { io_.run(); })) {}

Shard::~Shard() {
  work_.reset();
  io_.stop();
  thread_.join();
}

void Shard::start(StageRun& stage, unsigned shards, std::function<void()> ready) {
  asio::post(io_, [this, &stage, shards, ready = std::move(ready)]() mutable {
    stage_ = &stage;
    shards_ = shards;
    dealing_.emplace(resources_.executor);
    ready_ = std::move(ready);
    sessions_.clear();
    to_open_ = 0;
    for (std::uint64_t number = resources_.shard; number < stage.sessions(); number += shards) {
      sessions_.push_back(std::make_unique<Session>(resources_, number));
      if (number < stage.opened()) ++to_open_;
    }
    if (stage.dealt() && sessions_.empty()) {  // fewer connections than shards
      sessions_.push_back(std::make_unique<Session>(resources_, resources_.shard));
      to_open_ = 1;
    }
    open_all();
  });
}

void Shard::open_all() {
  next_to_open_ = 0;
  const bool nothing = resources_.run.plan.connection == Connection::per_request || to_open_ == 0;
  if (nothing) return ready_();
  running_ = static_cast<unsigned>(std::min<std::size_t>(handshakes_at_once, to_open_));
  for (unsigned i = running_; i > 0; --i) {
    asio::co_spawn(io_, open_next(), [this](const std::exception_ptr& error) {
      if (error) stage_->fail(error);
      if (--running_ == 0) ready_();
    });
  }
}

asio::awaitable<void> Shard::open_next() {
  while (next_to_open_ < to_open_ && !stage_->stopped()) {
    Session& session = *sessions_[next_to_open_++];
    if (!co_await session.open_connections(*stage_))
      next_to_open_ = to_open_;  // the rest open when they are due
  }
}

void Shard::go(std::function<void()> done) {
  asio::post(io_, [this, done = std::move(done)]() mutable {
    done_ = std::move(done);
    resources_.lags = {};
    loop_probe_.begin();
    running_ = 1;  // until all have begun
    if (stage_->open()) {
      for (unused_ = 0; unused_ < to_open_; ++unused_) idle_.push_back(sessions_[unused_].get());
      spawn(deal());
    } else {
      spawn(begin_sessions());
    }
    end(nullptr);
  });
}

/// Of a closed loop.
asio::awaitable<void> Shard::begin_sessions() {
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    if (stage_->ramps_up()) {
      (void)co_await dealing_->until(stage_->start() + stage_->begins_at(resources_.shard + i * shards_));
      if (stage_->stopped() || stage_->over()) co_return;
    }
    spawn(sessions_[i]->run(*stage_, finish_));
  }
}

/// `session`: it is idle again when `work` has ended.
void Shard::spawn(asio::awaitable<void> work, Session* session) {
  ++running_;
  asio::co_spawn(io_, std::move(work), [this, session](const std::exception_ptr& error) {
    if (session != nullptr) {
      idle_.push_back(session);
      stage_->leave();
      if (wants_idle_) asio::post(io_, [this] { dealing_->wake(); });
    }
    end(error);
  });
}

/// Of one coroutine of the stage.
void Shard::end(const std::exception_ptr& error) {
  if (error) stage_->fail(error);
  if (--running_ > 0) return;
  loop_probe_.end();
  if (!batch_.empty()) resources_.run.collector.give(std::exchange(batch_, {}));
  idle_.clear();
  sessions_.clear();
  done_();
}

/// Gives each request of an open loop to a session when it is due.
asio::awaitable<void> Shard::deal() {
  for (std::uint64_t mine = resources_.shard;; mine += shards_) {
    if (!stage_->dealt()) co_await wait_for_idle();
    if (!stage_->dealt() && !any_idle()) co_return;  // none of the cap's room is ours, or the run was stopped
    auto slot = stage_->dealt() ? stage_->dealt_slot(mine) : stage_->take_next({});
    if (!slot) co_return;
    const net::Time at = stage_->start() + *slot->due;
    if (net::monotonic_now() < at)
      (void)co_await dealing_->until(at);
    else
      co_await asio::post(io_, asio::use_awaitable);  // those that are late must not keep the rest waiting
    if (stage_->stopped() || dealing_->stopped()) co_return;
    std::chrono::nanoseconds waited{0};
    PreparedPtr request = resources_.run.ahead.take(slot->index);
    if (!request) request = co_await resources_.made(*dealing_, *stage_, slot->index, waited);
    if (!request) co_return;
    if (slot->measured) resources_.lags.prepare.add(waited);
    if (resources_.run.quota) {
      slot->allowed_at = resources_.reserve(*request, net::monotonic_now());
      (void)co_await dealing_->until(slot->allowed_at);
      if (stage_->stopped() || dealing_->stopped()) co_return;
    }
    if (stage_->enter(*slot)) begin(*slot, std::move(request));
  }
}

asio::awaitable<void> Shard::wait_for_idle() {
  wants_idle_ = true;
  while (!any_idle() && !sessions_.empty() && !stage_->stopped()) co_await dealing_->word();
  wants_idle_ = false;
}

void Shard::begin(const Slot& slot, PreparedPtr request) {
  if (!any_idle()) sessions_.push_back(std::make_unique<Session>(resources_, sessions_.size()));
  if (idle_.empty()) idle_.push_back(sessions_[unused_++].get());
  Session* const session = idle_.front();
  idle_.pop_front();
  spawn(session->serve(*stage_, slot, std::move(request), net::monotonic_now(), finish_), session);
}

void Shard::probe(Told done) {
  spawn_before([this] { return probe_all(); }, std::move(done));
}

void Shard::wait_until_ready(net::Time latest, Told done) {
  spawn_before([this, latest] { return wait_for_all(latest); }, std::move(done));
}

void Shard::list_models(std::size_t endpoint, std::string target, Told done) {
  const auto work = [this, endpoint, target = std::move(target)] {
    return sessions_.front()->get(endpoint, target);
  };
  spawn_before(work, std::move(done), &protocol::model_list());
}

/// Before the first stage, with a session of its own. `dialect`: of its answers; null: the plan's.
void Shard::spawn_before(std::function<asio::awaitable<std::string>()> work, Told done,
                         const Dialect* dialect) {
  const Dialect& read_as = dialect != nullptr ? *dialect : dialect_of(resources_.run.plan);
  asio::post(io_, [this, work = std::move(work), done = std::move(done), &read_as] {
    sessions_.push_back(std::make_unique<Session>(resources_, 0, read_as));
    asio::co_spawn(io_, work(), [this, done](std::exception_ptr error, std::string why) {
      sessions_.clear();
      // Later, when Asio's own copies are gone: the error is then the caller's alone.
      asio::post(io_, [done, error = std::move(error), why = std::move(why)]() mutable {
        done(std::move(error), std::move(why));
      });
    });
  });
}

asio::awaitable<std::string> Shard::wait_for_all(net::Time latest) {
  const auto& endpoints = resources_.run.plan.endpoints;
  for (std::size_t number = 0; number < endpoints.size(); ++number) {
    const std::string why = co_await sessions_.front()->wait_until_ready(number, latest);
    if (!why.empty()) co_return protocol::shown_url(endpoints[number].url) + " is not ready: " + why;
  }
  co_return "";
}

asio::awaitable<std::string> Shard::probe_all() {
  std::string why;
  for (std::size_t endpoint = 0; endpoint < resources_.run.plan.endpoints.size(); ++endpoint) {
    if (sessions_.front()->cancelled()) break;
    const std::string refusal = co_await probe(endpoint);
    if (!refusal.empty()) why = refusal;
  }
  co_return why;
}

/// What was said where it refuses the question for `usage`. A refusal that is of neither question is in each
/// way that there is to ask for lengths.
asio::awaitable<std::string> Shard::probe(std::size_t endpoint) {
  protocol::RequestWriter& writer = resources_.run.writer;
  std::string why;
  for (;;) {
    RequestRecord record;
    co_await sessions_.front()->probe(endpoint, record);
    const bool refused = record.http_status == 400 || record.http_status == 422;
    if (!refused || sessions_.front()->cancelled()) co_return why;
    if (writer.asks_for_usage(endpoint) && writer.is_about_usage(record.error)) {
      writer.leave_usage_out(endpoint);
      why = record.error;
      if (!resources_.run.plan.exact_output) co_return why;
    } else if (writer.exact_length(endpoint) != protocol::ExactLength::unasked) {
      writer.weaken_exact_length(endpoint);
    } else {
      co_return why;
    }
  }
}

void Shard::cancel() {
  asio::post(io_, [this] {
    if (dealing_) dealing_->cancel();
    for (const auto& session : sessions_) session->cancel();
  });
}

void Shard::stop_beginning() {
  asio::post(io_, [this] { dealing_->stop(); });
}

void Shard::stop_waiting() {
  asio::post(io_, [this] {
    if (dealing_) dealing_->stop();
    for (const auto& session : sessions_) session->stop_waiting();
  });
}

void Shard::finish(RequestRecord&& record) {
  if (record.measured)
    stage_->count_end(record.outcome != Outcome::ok);
  else
    stage_->count_end_outside();
  resources_.run.collector.hold(record);
  batch_.reserve(batch_size);  // records are large: to grow is to move them all
  batch_.push_back(std::move(record));
  if (batch_.size() >= batch_size)
    hand_over();
  else if (!later_is_set_)
    hand_over_later();
}

void Shard::hand_over() {
  if (!batch_.empty() && !resources_.run.collector.try_give(batch_) && !later_is_set_) hand_over_later();
}

void Shard::hand_over_later() {
  later_is_set_ = true;
  later_.expires_after(batch_age);
  later_.async_wait([this](boost::system::error_code) {
    later_is_set_ = false;
    hand_over();
  });
}

}  // namespace llmload::engine
