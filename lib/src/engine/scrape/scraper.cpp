#include "engine/scrape/scraper.hpp"

#include <sys/resource.h>

#include <exception>
#include <utility>

#include "net/start_thread.hpp"
#include "protocol/target/metrics_page.hpp"
#include "protocol/target/shown_url.hpp"

namespace llmload::engine {

using metrics::ServerReading;

namespace {

constexpr int niceness = 10;  // a shard that wakes goes first

net::TrustStore roots_of(const RunContext& run, const Endpoint& page) {
  const bool needed = page.tls && run.plan.tls_verify && !run.trusted;
  return needed ? net::make_trust_store(run.plan.ca_pem) : nullptr;
}

}  // namespace

Scraper::Scraper(RunContext& run, Endpoint page, ScrapeTimes times)
    : named_(run.plan.server_metrics != "auto"),
      shown_url_(protocol::shown_url(run.plan.server_metrics)),
      redactor_(run.redactor),
      times_(times),
      own_roots_(roots_of(run, page)),
      reader_(protocol::plan_of_page(run.plan, std::move(page)), run.keys, run.resolver,
              own_roots_ ? own_roots_.get() : run.trusted.get()),
      thread_(net::start_thread("server metrics", [this] {
        (void)::setpriority(PRIO_PROCESS, 0, niceness);  // where it is refused, it merely competes
        work(stop_.get_token());
      })) {}

Scraper::~Scraper() {
  stop_.request_stop();
  reader_.stop();
  thread_.join();
}

void Scraper::work(const std::stop_token& stop) {
  net::Time due = net::monotonic_now();
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested() && !given_up_) {
    changed_.wait_until(lock, stop, due, [this] { return asked_ > answered_; });
    if (stop.stop_requested()) break;
    const std::uint64_t answers = asked_;
    const bool of_stage = in_stage_ && answers == answered_;
    due = net::monotonic_now() + times_.between;
    lock.unlock();
    std::optional<ServerReading> reading = look_now(stop);
    lock.lock();
    // A stage that was ended meanwhile has waited for the look that it asked for, which is still to come.
    if (of_stage && in_stage_) fold_.add(reading);
    found_ = found_ || reading;
    if (!found_ && !named_) given_up_ = true;  // there is no such page
    if (answers > answered_) answer_ = reading;
    answered_ = answers;
    changed_.notify_all();
  }
}

/// Without the lock. Nothing leaves the thread.
std::optional<ServerReading> Scraper::look_now(const std::stop_token& stop) {
  std::optional<ServerReading> reading;
  std::string why;
  try {
    const PageReader::Page page = reader_.read(times_.limit, stop);
    reading = metrics::read_server_page(page.text);
    why = page.error.empty() ? "it has no metrics that are known" : redactor_.redact(page.error);
  } catch (const std::exception& e) {
    why = redactor_.redact(e.what());
  }
  if (reading || !named_) return reading;
  const std::scoped_lock lock(mutex_);
  trouble_ = "the server's metrics could not be read: " + shown_url_ + ": " + why;
  return reading;
}

void Scraper::look() {
  const std::scoped_lock lock(mutex_);
  ++asked_;
  changed_.notify_all();
}

/// With the last look that was asked for; empty where it failed, or is too late.
std::optional<ServerReading> Scraper::asked(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = asked_;
  const auto is_there = [&] { return answered_ >= wanted || given_up_; };
  if (!changed_.wait_for(lock, stop, times_.patience, is_there)) return std::nullopt;
  return answered_ >= wanted ? answer_ : std::nullopt;
}

void Scraper::begin_stage(const std::stop_token& stop) {
  const auto before = asked(stop);
  const std::scoped_lock lock(mutex_);
  fold_.begin(before);
  in_stage_ = true;
}

std::optional<ServerMetrics> Scraper::end_stage(const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    in_stage_ = false;
  }
  look();
  const auto behind = asked(stop);
  const std::scoped_lock lock(mutex_);
  return fold_.end(behind);
}

std::string Scraper::take_trouble() {
  const std::scoped_lock lock(mutex_);
  if (trouble_.empty()) return "";
  return std::exchange(told_, true) ? std::string() : trouble_;
}

}  // namespace llmload::engine
