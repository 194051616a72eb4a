#pragma once

#include <string>

namespace test {

/// Keeps a thread of this process from running on, for as long as this lives: as a busy machine does. What
/// arrives meanwhile waits in its kernel, and it is not told.
class HeldThread {
 public:
  /// `name`: of the only thread that has it, which sleeps in epoll_wait when it has nothing to do. Returns
  /// when it stands still there: elsewhere it might have a lock.
  explicit HeldThread(const std::string& name);
  ~HeldThread();
  HeldThread(const HeldThread&) = delete;
  HeldThread& operator=(const HeldThread&) = delete;
};

}  // namespace test
