#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "llmload/simulator.hpp"
#include "simulator/server/client_connection.hpp"

namespace llmload::simulator {

/// One request of a client, as far as it matters here.
struct Request : ReceivedRequest {
  std::string authorization, api_key;  ///< the headers; x-api-key is an api_key, too
  bool keep_alive = true;
};

/// The next request, or nothing when the client has ended, idled longer than `idle_close`, or spoken no
/// HTTP. `with_headers`: all of them are wanted.
boost::asio::awaitable<std::optional<Request>> read_request(
    ClientConnection& connection, std::optional<std::chrono::nanoseconds> idle_close, bool with_headers);

}  // namespace llmload::simulator
