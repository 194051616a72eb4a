#pragma once

#include <string_view>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// Takes a URL of any path apart, into all of an endpoint but its dialect. Throws InputError: no http or
/// https scheme, no host, a user in it, a bad port.
Endpoint parse_url(std::string_view url);

}  // namespace llmload::protocol
