#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "llmload/fault.hpp"
#include "simulator/server/exchange.hpp"

namespace llmload::simulator {

/// Answers with `fault`, which is one of an answer or of a stream. False: the connection is to be closed.
boost::asio::awaitable<bool> send_faulty(Fault fault, const AnswerSource& source, const Exchange& exchange);

// Its parts. The first two are for faults that come after the headers began well, or in them.
boost::asio::awaitable<bool> send_faulty_whole(Fault fault, const AnswerSource& source,
                                               const Exchange& exchange);
boost::asio::awaitable<bool> send_faulty_stream(Fault fault, const AnswerSource& source,
                                                const Exchange& exchange);
/// A good head: at once, or in the way of slow_headers or continue_first. False: the client has gone.
boost::asio::awaitable<bool> write_head(Fault fault, ClientConnection& connection, std::string head);

/// How many tokens of `tokens` come before a fault in the middle: at least one.
constexpr unsigned half_of(unsigned tokens) { return tokens < 2 ? 1 : tokens / 2; }

}  // namespace llmload::simulator
