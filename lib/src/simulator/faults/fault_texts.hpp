#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace llmload::simulator {

// What stands in bodies and events with a fault, streamed or not.

inline constexpr std::string_view no_json = R"({"choices":[{"index":0,)";
inline constexpr std::string_view wrong_shape = R"({"choices":{"delta":["text"]},"usage":"none"})";
inline constexpr std::string_view no_utf8 = "\xff\xfe\xc3";
inline constexpr std::string_view engine_stopped = "The engine stopped.";
inline constexpr std::string_view stream_error =
    R"({"error":{"message":"The engine stopped.","type":"internal_error","code":"500"}})";

/// A member of a JSON object.
inline std::string deep_member() {
  constexpr std::size_t depth = 10'000;
  return R"("nested":)" + std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace llmload::simulator
