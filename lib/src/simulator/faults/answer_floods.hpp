#pragma once

#include <boost/asio/awaitable.hpp>

#include "llmload/fault.hpp"
#include "simulator/server/exchange.hpp"

namespace llmload::simulator {

/// `fault` is an answer of which there is no end before its text begins.
[[nodiscard]] bool is_answer_flood(Fault fault);
/// It is made of what TLS has beside data.
[[nodiscard]] bool is_tls_flood(Fault fault);

/// Answers with `fault`, as fast as the client takes it; the connection is to be closed behind it.
boost::asio::awaitable<void> send_answer_flood(Fault fault, const Exchange& exchange);

}  // namespace llmload::simulator
