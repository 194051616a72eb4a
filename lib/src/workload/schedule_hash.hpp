#pragma once

#include <chrono>
#include <string>

#include "text/sha256.hpp"

namespace llmload::workload {

/// schedule_hash() of due times that are given one by one.
class ScheduleHash {
 public:
  void add(std::chrono::nanoseconds due);
  std::string finish() { return hash_.finish(); }

 private:
  text::Sha256 hash_;
};

}  // namespace llmload::workload
