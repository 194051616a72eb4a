#include "stop_signals.hpp"

#include <pthread.h>
#include <unistd.h>

#include "cli.hpp"

namespace llmload::cli {

sigset_t StopSignals::block() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  struct sigaction hang_up {};
  sigaction(SIGHUP, nullptr, &hang_up);
  if (hang_up.sa_handler != SIG_IGN) sigaddset(&signals, SIGHUP);  // nohup's wish is kept
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

StopSignals::StopSignals(std::function<void()> on_first)
    : thread_([this, on_first = std::move(on_first)](const std::stop_token& stop) {
        for (int count = 0;; ++count) {
          int signal = 0;
          sigwait(&signals_, &signal);
          if (stop.stop_requested()) return;
          if (count == 0)
            on_first();
          else if (signal != SIGHUP)  // a terminal that goes sends it, and its shell once more
            _exit(interrupted);
        }
      }) {}

StopSignals::~StopSignals() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), SIGINT);  // which ends the wait
}

void StopSignals::wait() {
  const sigset_t signals = block();
  int signal = 0;
  sigwait(&signals, &signal);
}

}  // namespace llmload::cli
