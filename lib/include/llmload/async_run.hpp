#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/version.hpp>
#include <chrono>
#include <exception>
#include <llmload/run.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#if BOOST_VERSION >= 107700
#include <boost/asio/associated_cancellation_slot.hpp>
#endif

/// The one header of the library that is not of the standard library alone: it is made of your own Asio, of
/// whatever version, which never meets the library's.
namespace llmload {
namespace detail {

/// One async_run(): a run, and who waits for it. It belongs to a wait of the user's context, which is as long
/// as the run; where the context is destroyed before, that stops the run and waits for it.
template <class Executor, class Handler>
class AsyncRun : public std::enable_shared_from_this<AsyncRun<Executor, Handler>> {
 public:
  AsyncRun(const Executor& executor, Handler handler)
      : work_(boost::asio::get_associated_executor(handler, executor)),
        handler_(std::move(handler)),
        timer_(executor) {}
  ~AsyncRun() {
    {
      const std::scoped_lock lock(context_->mutex);
      context_->is_gone = true;
    }
    run_.reset();  // whose thread may be about to look
  }
  AsyncRun(const AsyncRun&) = delete;
  AsyncRun& operator=(const AsyncRun&) = delete;

  void start(const Plan& plan, RunOptions options) {
    timer_.expires_at(std::chrono::steady_clock::time_point::max());
    timer_.async_wait(
        [self = this->shared_from_this()](const boost::system::error_code&) { self->complete(); });
    auto ended = [context = context_, self = this->weak_from_this(), executor = timer_.get_executor()] {
      const std::scoped_lock lock(context->mutex);
      if (!context->is_gone) wake(executor, self);
    };
    try {
      stop_when_cancelled();
      const std::scoped_lock lock(context_->mutex);  // `ended` waits until run_ is there
      run_.emplace(plan, std::move(options), std::move(ended));
    } catch (...) {
      error_ = std::current_exception();
      wake(timer_.get_executor(), this->weak_from_this());
    }
  }

 private:
  struct Context {
    std::mutex mutex;
    bool is_gone = false;
  };

  static void wake(const Executor& executor, std::weak_ptr<AsyncRun> self) {
    boost::asio::post(executor, [self = std::move(self)] {
      if (const auto waiting = self.lock()) waiting->timer_.cancel();
    });
  }

  void stop_when_cancelled() {
#if BOOST_VERSION >= 107700
    auto slot = boost::asio::get_associated_cancellation_slot(handler_);
    if (!slot.is_connected()) return;
    slot.assign([self = this->weak_from_this()](boost::asio::cancellation_type) {
      const auto running = self.lock();
      if (running && running->run_) running->run_->request_stop();
    });
#endif
  }

  void complete() {
#if BOOST_VERSION >= 107700
    auto slot = boost::asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) slot.clear();
#endif
    RunResult result;
    try {
      if (run_) result = run_->wait();
    } catch (...) {
      error_ = std::current_exception();
    }
    run_.reset();
    auto call = [handler = std::move(handler_), error = error_, result = std::move(result)]() mutable {
      std::move(handler)(std::move(error), std::move(result));
    };
    boost::asio::dispatch(work_.get_executor(), std::move(call));
    work_.reset();
  }

  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  const std::shared_ptr<Context> context_ = std::make_shared<Context>();
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler, Executor>> work_;
  Handler handler_;
  Timer timer_;
  std::exception_ptr error_;
  std::optional<Run> run_;
};

}  // namespace detail

/// Starts a Run of `plan`, and completes with void(std::exception_ptr, RunResult) when it has ended, on the
/// token's associated executor, else on `executor`: use_awaitable, use_future, a callback, as_tuple. What
/// run() throws is the exception.
/// Threads:      the run's are its own. The plan is looked at, as check() does, where the operation is begun,
/// and
///               on `executor` there is the completion alone.
/// Cancellation: of whatever type; asks the run to drain, and completes with what there is
///               (RunResult::interrupted). So does the end of the executor's context, which waits for it, but
///               completes nothing.
/// Lifetime:     what `options` refers to must live until the completion.
/// GCC 12:       give `options` a name before a co_await: it destroys an aggregate that is made in one twice.
template <class Executor, class CompletionToken>
auto async_run(const Executor& executor, Plan plan, RunOptions options, CompletionToken&& token) {
  const auto start = [](auto handler, const Executor& on, const Plan& what, RunOptions how) {
    using Operation = detail::AsyncRun<Executor, decltype(handler)>;
    std::make_shared<Operation>(on, std::move(handler))->start(what, std::move(how));
  };
  return boost::asio::async_initiate<CompletionToken, void(std::exception_ptr, RunResult)>(
      start, token, executor, std::move(plan), std::move(options));
}

}  // namespace llmload
