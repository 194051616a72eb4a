#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace llmload::text {

/// A program that runs with its standard output in a pipe of ours, without input, and in a process group of
/// its own: Ctrl-C is not for it. What it says to standard error is the user's to see. It ends with its
/// object, and all that it started with it.
class ChildProcess {
 public:
  /// Called again and again while the child is waited for; what it throws ends the wait.
  using Check = std::function<void()>;

  /// `program` is a path, or a name to look for in PATH; the first of `arguments` is what it is called.
  /// Throws std::runtime_error with the system's reason where it can't be started.
  ChildProcess(const std::string& program, const std::vector<std::string>& arguments);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// What it prints, to the end; without it where that is beyond `most` bytes. Throws std::runtime_error
  /// where it can't be read.
  std::string read_all(std::size_t most, const Check& check);
  /// Waits for its end. Throws std::runtime_error with how it ended where that is no success.
  void require_success(const Check& check);

  // Of one that serves until it is told to end:
  /// The next line that it prints, without its end; waits for it as long as the child lives.
  std::string read_line();
  /// Asks it to end (SIGTERM), and waits for that. False: it was no success, or it had ended before.
  bool stop();

 private:
  int output_ = -1;
  pid_t pid_ = 0;  // 0: it has ended
};

}  // namespace llmload::text
