#include "simulator_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <llmload/error.hpp>
#include <string_view>

namespace llmload::cli {
namespace {

cpu_set_t set_of(const std::vector<unsigned>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const unsigned core : cores) CPU_SET(core, &set);
  return set;
}

/// In the child, between fork and exec: system calls alone.
[[noreturn]] void become_simulator(const cpu_set_t& core, int output, char* const* arguments) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // it must not outlive us
  ::setpgid(0, 0);                     // Ctrl-C is for us, who then stop it
  ::sched_setaffinity(0, sizeof core, &core);
  ::dup2(output, STDOUT_FILENO);
  ::execv("/proc/self/exe", arguments);
  ::_exit(127);
}

/// Leaves the core's other hardware thread, which may be the client's, what it can.
void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

std::string read_line(int fd) {
  std::string line;
  for (char c = 0; ::read(fd, &c, 1) == 1 && c != '\n';) line += c;
  return line;
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

void stay_on(const std::vector<unsigned>& cores) {
  const cpu_set_t set = set_of(cores);
  (void)::sched_setaffinity(0, sizeof set, &set);
}

AwakeCore::AwakeCore(unsigned core)
    : thread_([core](const std::stop_token& stop) {
        stay_on({core});
        const sched_param none{};
        // Where it is refused the core may sleep: this thread must not compete.
        if (::sched_setscheduler(0, SCHED_IDLE, &none) != 0) return;
        while (!stop.stop_requested()) relax();
      }) {}

SimulatorProcess::SimulatorProcess(unsigned core, const std::string& folder,
                                   const std::vector<std::string>& arguments) {
  const std::string ca = folder + "/ca.pem";
  std::vector<std::string> all = {"llmload", "simulate", "--ca-out", ca};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(all.size() + 1);
  for (std::string& argument : all) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const cpu_set_t set = set_of({core});
  int ends[2];
  const std::string problem = "the simulated endpoint can't be started";
  if (::pipe2(ends, O_CLOEXEC) != 0) throw InputError(problem + ": " + std::strerror(errno));
  pid_ = ::fork();
  if (pid_ == 0) become_simulator(set, ends[1], pointers.data());
  const std::string reason = pid_ < 0 ? std::string(": ") + std::strerror(errno) : "";
  ::close(ends[1]);
  output_ = ends[0];
  constexpr std::string_view greeting = "listening on ";
  const std::string line = pid_ < 0 ? "" : read_line(output_);
  if (!line.starts_with(greeting)) {
    (void)stop();
    throw InputError(problem + reason);
  }
  origin_ = line.substr(greeting.size());
  std::ifstream file(ca);
  if (!file) throw InputError(ca + ": can't be read: " + std::strerror(errno));
  ca_pem_.assign(std::istreambuf_iterator<char>(file), {});
}

bool SimulatorProcess::stop() {
  if (pid_ <= 0) return false;
  ::kill(pid_, SIGTERM);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  ::close(output_);  // behind its last words
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace llmload::cli
