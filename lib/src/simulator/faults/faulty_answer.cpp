#include "simulator/faults/faulty_answer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <ctime>

#include "net/no_throw.hpp"
#include "simulator/faults/answer_floods.hpp"
#include "simulator/faults/fault_responses.hpp"
#include "simulator/server/http_answer.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds slow_byte{1};
constexpr std::size_t large_header_size = 64 * 1024;
constexpr std::string_view early_answers =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";

/// True: the fault was one in place of headers, or in them, and all is done.
asio::awaitable<bool> fail_before_body(Fault fault, const Exchange& exchange) {
  ClientConnection& connection = exchange.connection;
  if (is_answer_flood(fault)) {
    co_await send_answer_flood(fault, exchange);
    co_return true;
  }
  const std::string head =
      exchange.question.stream ? stream_head(exchange.fields) : response(200, exchange.fields, "");
  switch (fault) {
    case Fault::reset_before_headers: connection.reset(); break;
    case Fault::reset_in_headers:
      co_await connection.write(std::string_view(head).substr(0, head.size() / 2));
      connection.reset();
      break;
    case Fault::stall_before_headers: co_await connection.hold(); break;
    case Fault::bad_status_line: co_await connection.write("OK HTTP/1.1 200\r\n\r\n"); break;
    default: co_return false;
  }
  co_return true;
}

}  // namespace

asio::awaitable<bool> send_faulty(Fault fault, const AnswerSource& source, const Exchange& exchange) {
  const auto response = fault_response(fault, exchange, std::time(nullptr));
  if (response) co_return co_await exchange.connection.write(*response);
  const bool failed = co_await fail_before_body(fault, exchange);
  if (failed) co_return false;
  std::string fields(exchange.fields);
  if (fault == Fault::large_header) fields += "x-large: " + std::string(large_header_size, 'x') + "\r\n";
  Exchange answered = exchange;
  answered.fields = fields;
  if (fault == Fault::content_filter) {
    answered.output = std::make_shared<const Output>(exchange.output->first(half_of(exchange.tokens())));
    answered.finish_reason = "content_filter";
  }
  const bool keeps = exchange.question.stream ? co_await send_faulty_stream(fault, source, answered)
                                              : co_await send_faulty_whole(fault, source, answered);
  co_return keeps;
}

asio::awaitable<bool> write_head(Fault fault, ClientConnection& connection, std::string head) {
  if (fault == Fault::continue_first) head.insert(0, early_answers);
  if (fault != Fault::slow_headers) co_return co_await connection.write(head);
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (const char& byte : head) {
    const bool open = co_await connection.write(std::string_view(&byte, 1));
    if (!open) co_return false;
    timer.expires_after(slow_byte);
    co_await timer.async_wait(net::no_throw);
  }
  co_return true;
}

}  // namespace llmload::simulator
