#include "simulator/server/request.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

namespace llmload::simulator {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t largest_request = 16 * 1024 * 1024;

std::string text(boost::string_view view) { return {view.data(), view.size()}; }

Request taken_from(http::request<http::string_body>&& message, bool with_headers) {
  Request request;
  request.method = text(message.method_string());
  request.target = text(message.target());
  request.authorization = text(message["Authorization"]);
  request.api_key = text(message["api-key"]);
  if (request.authorization.empty() && request.api_key.empty()) request.api_key = text(message["x-api-key"]);
  if (with_headers) {
    for (const auto& field : message)
      request.headers.emplace_back(text(field.name_string()), text(field.value()));
  }
  request.keep_alive = message.keep_alive();
  request.body = std::move(message.body());
  return request;
}

/// Cancels a stream that idles.
class IdleTimer {
 public:
  IdleTimer(net::Stream& stream, const asio::any_io_executor& executor,
            std::optional<std::chrono::nanoseconds> limit)
      : timer_(executor) {
    if (!limit) return;
    timer_.expires_after(*limit);
    timer_.async_wait([&stream, still = std::weak_ptr<bool>(waiting_)](error_code ec) {
      if (!ec && !still.expired()) stream.cancel();
    });
  }

 private:
  asio::steady_timer timer_;
  const std::shared_ptr<bool> waiting_ = std::make_shared<bool>(true);  // a handler in line outlives us
};

}  // namespace

asio::awaitable<std::optional<Request>> read_request(ClientConnection& connection,
                                                     std::optional<std::chrono::nanoseconds> idle_close,
                                                     bool with_headers) {
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(largest_request);
  const IdleTimer idle(connection.stream(), co_await asio::this_coro::executor, idle_close);
  std::string& received = connection.received();
  for (;;) {
    error_code ec;
    while (!received.empty() && !parser.is_done() && !ec) {
      received.erase(0, parser.put(asio::buffer(received), ec));
    }
    if (parser.is_done()) {
      Request request = taken_from(parser.release(), with_headers);
      request.received = connection.stream().arrival().at;
      co_return request;
    }
    if (ec && ec != http::error::need_more) co_return std::nullopt;
    if (!co_await connection.read()) co_return std::nullopt;
  }
}

}  // namespace llmload::simulator
