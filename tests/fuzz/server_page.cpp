// Any page gives values that can be, and the same ones whatever stands around them.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz/pieces.hpp"
#include "metrics/server/server_reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmload::metrics;
  // In memory of its own, so that a read behind its end is seen.
  const auto bytes = std::make_unique<char[]>(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
  const std::string_view page(bytes.get(), size);
  const auto reading = read_server_page(page);
  for (std::size_t i = 0; reading && i < server_value_count; ++i) {
    const auto& value = (*reading)[static_cast<ServerValue>(i)];
    fuzz::require(!value || (*value >= 0 && *value <= 9'007'199'254'740'992),
                  "a value is a number that can be");
  }
  const std::string twice =
      "# TYPE x gauge\n" + std::string(page) + "\nother{a=\"vllm:num_requests_running 3\"} 1\n";
  fuzz::require(read_server_page(twice) == reading, "other lines change nothing");
  return 0;
}
