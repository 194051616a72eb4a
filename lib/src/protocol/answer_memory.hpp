#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "llmload/request_record.hpp"

namespace llmload::protocol {

/// The bytes that the answers of a run hold: those under way, beyond what each connection has anyway, and
/// those that wait to be counted. Who finds no room lets a text go: to wait would falsify the load. Any
/// thread.
class AnswerMemory {
 public:
  explicit AnswerMemory(std::uint64_t most) : most_(most) {}

  /// False: there is no room for them. They are held all the same, until give_back().
  bool hold(std::uint64_t bytes) noexcept {
    return held_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= most_;
  }
  void give_back(std::uint64_t bytes) noexcept { held_.fetch_sub(bytes, std::memory_order_relaxed); }

  [[nodiscard]] bool is_full() const noexcept { return held() > most_; }
  [[nodiscard]] std::uint64_t held() const noexcept { return held_.load(std::memory_order_relaxed); }

 private:
  const std::uint64_t most_;
  std::atomic<std::uint64_t> held_{0};
};

/// What one answer holds of an AnswerMemory.
class AnswerRoom {
 public:
  /// Null: there is room for everything, and nobody counts.
  explicit AnswerRoom(AnswerMemory* memory) : memory_(memory) {}
  ~AnswerRoom() { leave(); }
  AnswerRoom(const AnswerRoom&) = delete;
  AnswerRoom& operator=(const AnswerRoom&) = delete;

  /// From now on it holds `bytes`. False: there is no room for what it holds more.
  bool take(std::uint64_t bytes) noexcept {
    if (memory_ == nullptr) return true;
    const std::uint64_t before = std::exchange(held_, bytes);
    if (bytes > before) return memory_->hold(bytes - before);
    memory_->give_back(before - bytes);
    return !memory_->is_full();
  }
  void leave() noexcept {
    if (held_ > 0) memory_->give_back(std::exchange(held_, 0));
  }
  [[nodiscard]] bool is_taken() const noexcept { return held_ > 0; }

 private:
  AnswerMemory* memory_;
  std::uint64_t held_ = 0;
};

/// Of its texts and its time line: what an answer holds.
[[nodiscard]] inline std::uint64_t bytes_of(const RequestRecord& r) noexcept {
  const auto of = [](const std::string& text) {
    return text.capacity() > std::string().capacity() ? text.capacity() : 0;
  };
  return of(r.output) + of(r.reasoning) + of(r.tool_text) + r.events.capacity() * sizeof(TokenEvent) +
         r.bounds.capacity() * sizeof(ArrivalBound);
}

/// Lets them go, and says so.
inline void drop_text(RequestRecord& r) noexcept {
  r.text_dropped = true;
  for (std::string RequestRecord::*text :
       {&RequestRecord::output, &RequestRecord::reasoning, &RequestRecord::tool_text})
    std::string().swap(r.*text);
  std::vector<TokenEvent>().swap(r.events);
  std::vector<ArrivalBound>().swap(r.bounds);
  r.text_bytes.reset();
}

}  // namespace llmload::protocol
