#include "support/held_thread.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace test {
namespace {

std::array<int, 2> stands = {-1, -1}, go_on = {-1, -1};  // pipes

extern "C" void hold(int) {
  const int before = errno;
  char byte = 0;
  (void)!::write(stands[1], &byte, 1);
  while (::read(go_on[0], &byte, 1) < 0 && errno == EINTR) {
  }
  errno = before;
}

void prepare() {
  static const bool once = [] {
    if (::pipe(stands.data()) != 0 || ::pipe(go_on.data()) != 0) throw std::runtime_error("no pipe");
    struct sigaction action {};
    action.sa_handler = hold;
    action.sa_flags = SA_RESTART;
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
  if (::syscall(SYS_tgkill, ::getpid(), thread_called(name), SIGUSR2) != 0)
    throw std::runtime_error("the thread has ended");
  char byte = 0;
  while (::read(stands[0], &byte, 1) < 0 && errno == EINTR) {
  }
}

HeldThread::~HeldThread() {
  const char byte = 0;
  (void)!::write(go_on[1], &byte, 1);
}

}  // namespace test
