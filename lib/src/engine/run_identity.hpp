#pragma once

#include <cstdint>
#include <string>

namespace llmload::engine {

/// 32 random hex digits.
std::string random_id();
/// This machine's; "" where the system does not say.
std::string host_name();
/// RFC 3339 with nanoseconds: "2026-01-31T12:00:00.000000001Z". `realtime`: ns of CLOCK_REALTIME.
std::string utc_time(std::int64_t realtime);

}  // namespace llmload::engine
