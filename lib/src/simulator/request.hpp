#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "simulator/client_connection.hpp"

namespace llmload::simulator {

/// One request of a client, as far as it matters here.
struct Request {
  std::string method, target;
  std::string authorization, api_key;  ///< the headers
  std::string body;
  bool keep_alive = true;
};

/// The next request, or nothing when the client has ended, idled longer than `idle_close` (zero: as long as
/// it likes), or spoken no HTTP.
boost::asio::awaitable<std::optional<Request>> read_request(ClientConnection& connection,
                                                            std::chrono::nanoseconds idle_close);

}  // namespace llmload::simulator
