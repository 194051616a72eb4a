#pragma once

#include <string_view>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// Whether a NO_PROXY list, with commas or blanks between its entries, keeps the endpoint from being reached
/// through a proxy. An entry is "*", a name (also of the domains below it, with or without a leading dot or
/// "*."), an address, each with a port or without, or a range of addresses (10.0.0.0/8, fd00::/8). Names are
/// not resolved for it. A loopback address never is reached through a proxy.
bool bypasses_proxy(const Endpoint& endpoint, std::string_view no_proxy);

/// 127.0.0.0/8, ::1, or a name that should be of them: localhost, or one under it. Where it leads is not
/// looked at.
bool is_loopback(std::string_view host);

}  // namespace llmload::protocol
