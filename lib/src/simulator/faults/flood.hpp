#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/server/client_connection.hpp"

namespace llmload::simulator {

/// What "without end" comes to.
inline constexpr std::uint64_t flood_size = 1ULL << 30;
inline constexpr std::size_t flood_block = 64 * 1024;

/// `unit` over and over, as often as a block holds it.
std::string block_of(std::string_view unit);

/// Sends `bytes` bytes, made of `block` over and over, as fast as the client takes them; other connections
/// have their turn after each block. False: the client has gone.
boost::asio::awaitable<bool> flood(ClientConnection& connection, std::string_view block, std::uint64_t bytes);

}  // namespace llmload::simulator
