#include "workload/schedule_hash.hpp"

#include <array>
#include <cstdint>

#include "llmload/pacer.hpp"

namespace llmload {

void workload::ScheduleHash::add(std::chrono::nanoseconds due) {
  auto rest = static_cast<std::uint64_t>(due.count());
  std::array<char, 8> bytes;
  for (char& byte : bytes) {
    byte = static_cast<char>(rest & 0xff);
    rest >>= 8;
  }
  hash_.add({bytes.data(), bytes.size()});
}

std::string schedule_hash(const Pacer& pacer, std::uint64_t requests) {
  workload::ScheduleHash hash;
  for (std::uint64_t i = 0; i < requests; ++i) {
    const auto due = pacer.due(i);
    if (!due) break;
    hash.add(*due);
  }
  return hash.finish();
}

}  // namespace llmload
