#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// A proxy from "[http://][user:password@]host[:port]"; port 80 where none is given. Throws InputError,
/// without the credentials, for another scheme and for what is no such address.
Proxy parse_proxy(std::string_view url);

/// Asks the endpoint's proxy for a tunnel to it.
std::string connect_request(const Endpoint& endpoint);

/// The end of the header of the proxy's answer in `received`; 0 while it is not there.
std::size_t connect_answer_end(std::string_view received);

/// What is wrong with the proxy's answer; "" where it opened the tunnel.
std::string connect_error(std::string_view answer);

}  // namespace llmload::protocol
