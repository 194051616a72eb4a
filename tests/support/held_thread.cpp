#include "support/held_thread.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace test {
namespace {

std::array<int, 2> stands = {-1, -1}, go_on = {-1, -1};  // pipes

/// Whether the signal broke off a system call in which the thread slept, as epoll_wait. Anywhere else it may
/// have a lock that those need who are to go on meanwhile.
bool was_asleep(const void* context) {
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return machine.gregs[REG_RAX] == -EINTR;
#elif defined(__aarch64__)
  return static_cast<std::int64_t>(machine.regs[0]) == -EINTR;
#else
#error "where does this machine keep what a system call returned?"
#endif
}

extern "C" void hold(int, siginfo_t*, void* context) {
  const int before = errno;
  char asleep = was_asleep(context) ? 1 : 0;
  (void)!::write(stands[1], &asleep, 1);
  while (asleep != 0 && ::read(go_on[0], &asleep, 1) < 0 && errno == EINTR) {
  }
  errno = before;
}

void prepare() {
  static const bool once = [] {
    if (::pipe(stands.data()) != 0 || ::pipe(go_on.data()) != 0) throw std::runtime_error("no pipe");
    struct sigaction action {};
    action.sa_sigaction = hold;
    action.sa_flags = SA_RESTART | SA_SIGINFO;
    return ::sigaction(SIGUSR2, &action, nullptr) == 0;
  }();
  if (!once) throw std::runtime_error("no handler");
}

pid_t thread_called(const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream in(entry.path() / "comm");
    std::string its_name;
    std::getline(in, its_name);
    if (its_name == name) return std::stoi(entry.path().filename());
  }
  throw std::runtime_error("there is no thread \"" + name + "\"");
}

}  // namespace

HeldThread::HeldThread(const std::string& name) {
  prepare();
  const pid_t thread = thread_called(name);
  for (char asleep = 0; asleep == 0;) {
    if (::syscall(SYS_tgkill, ::getpid(), thread, SIGUSR2) != 0)
      throw std::runtime_error("the thread has ended");
    while (::read(stands[0], &asleep, 1) < 0 && errno == EINTR) {
    }
  }
}

HeldThread::~HeldThread() {
  const char byte = 0;
  (void)!::write(go_on[1], &byte, 1);
}

}  // namespace test
