#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "llmload/simulator.hpp"

namespace llmload::simulator {

/// The last requests, for other threads to look at.
class ReceivedRequests {
 public:
  /// Keeps `most`, 0: none.
  explicit ReceivedRequests(std::size_t most) : most_(most) {}

  void add(const ReceivedRequest& request) {
    if (most_ == 0) return;
    const std::scoped_lock lock(mutex_);
    if (requests_.size() == most_) requests_.pop_front();
    requests_.push_back(request);
  }

  [[nodiscard]] std::vector<ReceivedRequest> all() const {
    const std::scoped_lock lock(mutex_);
    return {requests_.begin(), requests_.end()};
  }

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::deque<ReceivedRequest> requests_;
};

}  // namespace llmload::simulator
