#include "calibration/cores.hpp"

#include <sched.h>

#include "llmload/calibration.hpp"
#include "llmload/error.hpp"

namespace llmload::calibration {
namespace {

/// Leaves the core's other hardware thread, which may be the client's, what it can.
void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

void stay_on(const std::vector<unsigned>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const unsigned core : cores) CPU_SET(core, &set);
  (void)::sched_setaffinity(0, sizeof set, &set);
}

}  // namespace

std::vector<unsigned> usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<unsigned> cores;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (unsigned core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

Cores divided_cores() {
  Cores cores{usable_cores()};
  if (cores.client.size() < 2) {
    throw InputError(
        "a calibration needs two cores, one for the client and one for the simulated endpoint, and this "
        "process may use one: both on it would measure each other");
  }
  cores.endpoint = cores.client.back();
  cores.client.pop_back();
  return cores;
}

OnCores::OnCores(const std::vector<unsigned>& cores) { stay_on(cores); }
OnCores::~OnCores() { stay_on(before_); }

AwakeCore::AwakeCore(unsigned core)
    : thread_([core](const std::stop_token& stop) {
        stay_on({core});
        const sched_param none{};
        // Where it is refused the core may sleep: this thread must not compete.
        if (::sched_setscheduler(0, SCHED_IDLE, &none) != 0) return;
        while (!stop.stop_requested()) relax();
      }) {}

}  // namespace llmload::calibration

std::size_t llmload::calibration_client_cores() {
  return llmload::calibration::divided_cores().client.size();
}
