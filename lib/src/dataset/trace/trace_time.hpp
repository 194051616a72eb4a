#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace llmload::dataset {

/// A point of a trace's time: seconds as a number, "2024-05-10 00:00:00.009930+00:00", or the like with a T,
/// a Z or no zone; to the nanosecond. Empty: it is none.
std::optional<std::chrono::nanoseconds> trace_time(std::string_view text);

/// Likewise a number of milliseconds.
std::optional<std::chrono::nanoseconds> trace_milliseconds(std::string_view text);

}  // namespace llmload::dataset
