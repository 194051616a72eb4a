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
  sigaddset(&signals, SIGUSR1);  // from our destructor: stop waiting
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

StopSignals::StopSignals(std::function<void()> on_first)
    : thread_([this, on_first = std::move(on_first)] {
        for (int count = 0;; ++count) {
          int signal = 0;
          sigwait(&signals_, &signal);
          if (signal == SIGUSR1) return;
          if (count > 0) _exit(interrupted);
          on_first();
        }
      }) {}

StopSignals::~StopSignals() { pthread_kill(thread_.native_handle(), SIGUSR1); }

void StopSignals::wait() {
  const sigset_t signals = block();
  int signal = 0;
  sigwait(&signals, &signal);
}

}  // namespace llmload::cli
