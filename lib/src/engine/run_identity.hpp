#pragma once

#include <string>

#include "net/arrival_clock.hpp"

namespace llmload::engine {

/// 32 random hex digits.
std::string random_id();
/// This machine's; "" where the system does not say.
std::string host_name();
/// RFC 3339 with nanoseconds: "2026-01-31T12:00:00.000000001Z".
std::string utc_time(net::WallTime time);

}  // namespace llmload::engine
