#include "llmload/run.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "engine/runner.hpp"
#include "net/start_thread.hpp"

namespace llmload {

class Run::Impl {
 public:
  Impl(const Plan& plan, RunOptions options, std::function<void()> ended)
      : forwarded_(options.stop, Forward{stop_}),
        runner_(plan, with_stop(std::move(options))),
        ended_(std::move(ended)),
        thread_(net::start_thread("run", [this] { work(); })) {}

  ~Impl() {
    stop_.request_stop();
    join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void request_stop() noexcept { stop_.request_stop(); }
  [[nodiscard]] Progress progress() const { return runner_.progress(); }
  [[nodiscard]] bool ended() const noexcept { return done_; }
  const RunResult& wait() {
    join();
    if (error_) std::rethrow_exception(error_);
    return result_;
  }

 private:
  struct Forward {
    std::stop_source& to;
    void operator()() const noexcept { to.request_stop(); }
  };

  RunOptions with_stop(RunOptions options) const {
    options.stop = stop_.get_token();
    return options;
  }

  void work() {
    try {
      result_ = runner_.run();
    } catch (...) {
      error_ = std::current_exception();
    }
    done_ = true;
    if (ended_) ended_();
  }

  void join() {
    std::call_once(joined_, [this] { thread_.join(); });
  }

  std::stop_source stop_;
  const std::stop_callback<Forward> forwarded_;
  engine::Runner runner_;
  const std::function<void()> ended_;
  RunResult result_;
  std::exception_ptr error_;
  std::atomic<bool> done_{false};
  std::once_flag joined_;
  std::thread thread_;
};

Run::Run(const Plan& plan, RunOptions options, std::function<void()> ended)
    : impl_(std::make_unique<Impl>(plan, std::move(options), std::move(ended))) {}
Run::~Run() = default;
Run::Run(Run&&) noexcept = default;
Run& Run::operator=(Run&&) noexcept = default;

void Run::request_stop() noexcept { impl_->request_stop(); }
Progress Run::progress() const { return impl_->progress(); }
bool Run::ended() const noexcept { return impl_->ended(); }
const RunResult& Run::wait() { return impl_->wait(); }

RunResult run(const Plan& plan, const RunOptions& options) { return engine::Runner(plan, options).run(); }

void check(const Plan& plan) { engine::check_plan(plan, engine::resources_of_this_machine()); }

unsigned shard_count(const Plan& plan) noexcept {
  return plan.cores != 0 ? plan.cores : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace llmload
