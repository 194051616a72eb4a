#include "simulator/faults/flood.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace llmload::simulator {

namespace asio = boost::asio;

std::string block_of(std::string_view unit) {
  std::string block;
  while (block.size() + unit.size() <= flood_block) block += unit;
  return block;
}

asio::awaitable<bool> flood(ClientConnection& connection, std::string_view block, std::uint64_t bytes) {
  const auto executor = co_await asio::this_coro::executor;
  while (bytes > 0) {
    const std::string_view piece = block.substr(0, std::min<std::uint64_t>(bytes, block.size()));
    if (!co_await connection.write(piece)) co_return false;
    bytes -= piece.size();
    co_await asio::post(executor, asio::use_awaitable);
  }
  co_return true;
}

}  // namespace llmload::simulator
