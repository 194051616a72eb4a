#include "text/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace llmload::text {
namespace {

constexpr std::chrono::milliseconds between_checks{50};  // and between looks at one that closed its output

int spawn(const std::string& program, char* const* arguments, int output, pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);  // ours are blocked, for a thread that waits for them
  posix_spawnattr_setsigmask(&attributes, &none);
  sigset_t usual;
  sigfillset(&usual);  // as a shell starts it: SIGPIPE is ignored here
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);  // a group of its own, which ends with what the program starts
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  const int failed = ::posix_spawnp(&pid, program.c_str(), &files, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return failed;
}

int status_of_ended(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool is_success(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

}  // namespace

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::strerror(errno));
  output_ = ends[0];
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const int failed = spawn(program, pointers.data(), ends[1], pid_);
  ::close(ends[1]);
  if (failed == 0) return;
  ::close(output_);
  throw std::runtime_error(std::strerror(failed));
}

ChildProcess::~ChildProcess() {
  ::close(output_);
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  (void)status_of_ended(pid_);
}

std::string ChildProcess::read_all(std::size_t most, const Check& check) {
  std::string text;
  std::array<char, 4096> block{};
  while (text.size() <= most) {
    check();
    pollfd ready{output_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(between_checks.count())) <= 0) continue;
    const auto size = ::read(output_, block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw std::runtime_error(std::strerror(errno));
    if (size == 0) break;
    text.append(block.data(), static_cast<std::size_t>(size));
  }
  return text;
}

void ChildProcess::require_success(const Check& check) {
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    check();
    std::this_thread::sleep_for(between_checks / 10);
  }
  pid_ = 0;
  if (is_success(status)) return;
  throw std::runtime_error(WIFEXITED(status) ? "it exits with " + std::to_string(WEXITSTATUS(status))
                                             : "it was ended by signal " + std::to_string(WTERMSIG(status)));
}

std::string ChildProcess::read_line() {
  std::string line;
  char c = 0;
  for (;;) {
    const auto size = ::read(output_, &c, 1);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0 || c == '\n') return line;
    line += c;
  }
}

bool ChildProcess::stop() {
  if (pid_ <= 0) return false;
  ::kill(pid_, SIGTERM);
  const int status = status_of_ended(pid_);
  pid_ = 0;
  return is_success(status);
}

}  // namespace llmload::text
