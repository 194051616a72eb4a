#pragma once

#include <chrono>
#include <filesystem>
#include <iterator>
#include <thread>

namespace test {

/// Threads of this process.
inline std::ptrdiff_t threads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

/// Whether there are no more than `count`, now or soon: a thread that was joined leaves the list a moment
/// later.
inline bool threads_fall_to(std::ptrdiff_t count) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (threads() > count && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  return threads() <= count;
}

}  // namespace test
