#include <array>
#include <string_view>

#include "llmload/pacer.hpp"
#include "text/sha256.hpp"

namespace llmload {

std::string schedule_hash(const Pacer& pacer, std::uint64_t requests) {
  text::Sha256 hash;
  for (std::uint64_t i = 0; i < requests; ++i) {
    const auto due = pacer.due(i);
    if (!due) break;
    auto rest = static_cast<std::uint64_t>(due->count());
    std::array<char, 8> bytes;
    for (char& byte : bytes) {
      byte = static_cast<char>(rest & 0xff);
      rest >>= 8;
    }
    hash.add({bytes.data(), bytes.size()});
  }
  return hash.finish();
}

}  // namespace llmload
