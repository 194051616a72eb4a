#include "simulator/server/client_connection.hpp"

#include <sys/socket.h>

#include <array>

namespace llmload::simulator {

namespace asio = boost::asio;
using net::IoStatus;

namespace {
constexpr std::size_t most_kept = 16 * 1024 * 1024;  // of what a client sends while it is answered
}

ClientConnection::ClientConnection(ClientConnections& open, net::Poller& poller, net::ArrivalClock& clock)
    : open_(open), stream_(poller, clock, TimeSource::kernel) {
  open_.insert(this);
}

bool ClientConnection::adopt(asio::ip::tcp::socket socket) {
  fd_ = socket.native_handle();
  return !stream_.adopt(std::move(socket));
}

asio::awaitable<bool> ClientConnection::read() {
  for (;;) {
    const IoStatus status = read_some();
    if (status == IoStatus::ok) co_return true;
    if (status == IoStatus::eof || status == IoStatus::error) co_return false;
    if (co_await stream_.wait(status == IoStatus::wants_write)) co_return false;
  }
}

asio::awaitable<bool> ClientConnection::write(std::string_view data) {
  while (!data.empty()) {
    const auto wrote = stream_.write_some(data);
    data.remove_prefix(wrote.bytes);
    if (wrote.status == IoStatus::eof || wrote.status == IoStatus::error) co_return false;
    if (wrote.status != IoStatus::ok && !co_await wait_for_room()) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> ClientConnection::wait_for_room() {
  // While there is something to read the stream does not wait.
  while (!stream_.must_wait()) {
    const IoStatus status = read_some();
    if (status == IoStatus::wants_read || status == IoStatus::wants_write) break;
    if (status != IoStatus::ok || received_.size() > most_kept) co_return false;
  }
  co_return !co_await stream_.wait(true);
}

asio::awaitable<void> ClientConnection::hold() {
  for (;;) {
    // Named: GCC 12 miscompiles a condition with co_await where the coroutine has no variable at all.
    const bool came = co_await read();
    if (!came) co_return;
    received_.clear();
  }
}

void ClientConnection::reset() {
  // Connecting to no address is TCP's abort. The descriptor stays: a coroutine may be about to write to it.
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  (void)::connect(fd_, &nowhere, sizeof nowhere);
}

/// Not a coroutine: the buffer would stay in its frame.
IoStatus ClientConnection::read_some() {
  std::array<char, 16 * 1024> buffer;
  const auto read = stream_.read_some(buffer);
  received_.append(buffer.data(), read.bytes);
  return read.status;
}

}  // namespace llmload::simulator
