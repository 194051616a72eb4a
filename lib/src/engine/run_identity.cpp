#include "engine/run_identity.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <random>

namespace llmload::engine {

std::string random_id() {
  std::random_device random;
  std::string id;
  std::array<char, 9> digits{};
  for (int word = 0; word < 4; ++word) {
    std::snprintf(digits.data(), digits.size(), "%08x", random());
    id += digits.data();
  }
  return id;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string utc_time(net::WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t seconds = second.time_since_epoch().count();
  std::tm t{};
  ::gmtime_r(&seconds, &t);
  std::array<char, 64> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &t);
  std::snprintf(text.data() + length, text.size() - length, ".%09dZ",
                static_cast<int>((time - second).count()));
  return text.data();
}

}  // namespace llmload::engine
