#include "simulator/faults/answer_floods.hpp"

#include <openssl/ssl.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <string_view>

#include "net/tls_context.hpp"
#include "simulator/faults/flood.hpp"
#include "simulator/server/http_answer.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;

namespace {

constexpr std::string_view early_hints = "HTTP/1.1 103 Early Hints\r\n\r\n";
constexpr unsigned most_messages = 10'000'000;  // of TLS, beside data
constexpr unsigned messages_a_turn = 100;

/// New keys, for which the client is asked to change its own, or a ticket to resume the session.
bool add_message(Fault fault, SSL* ssl) {
  return fault == Fault::tls_key_updates ? SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1
                                         : SSL_new_session_ticket(ssl) == 1;
}

asio::awaitable<void> send_messages(Fault fault, ClientConnection& connection) {
  const auto executor = co_await asio::this_coro::executor;
  SSL* const ssl = connection.stream().ssl();
  for (unsigned sent = 0; sent < most_messages; ++sent) {
    if (!add_message(fault, ssl)) {
      (void)net::take_openssl_error();  // it would be taken for the next connection's
      co_return;
    }
    for (;;) {
      const net::IoStatus status = connection.stream().flush().status;
      if (status == net::IoStatus::ok) break;
      if (status == net::IoStatus::eof || status == net::IoStatus::error) co_return;
      const bool open = co_await connection.wait_for_room();
      if (!open) co_return;
    }
    if (sent % messages_a_turn == 0) co_await asio::post(executor, asio::use_awaitable);
  }
}

}  // namespace

bool is_tls_flood(Fault fault) { return fault == Fault::tls_key_updates || fault == Fault::tls_tickets; }

bool is_answer_flood(Fault fault) {
  return is_tls_flood(fault) || fault == Fault::header_bomb || fault == Fault::interim_flood ||
         fault == Fault::endless_chunk_size || fault == Fault::endless_trailer;
}

asio::awaitable<void> send_answer_flood(Fault fault, const Exchange& exchange) {
  ClientConnection& connection = exchange.connection;
  if (is_tls_flood(fault)) co_return co_await send_messages(fault, connection);
  std::string begin, block;
  switch (fault) {
    case Fault::header_bomb:
      begin = "HTTP/1.1 200 OK\r\n";
      block = block_of("x-bomb: " + std::string(90, 'x') + "\r\n");
      break;
    case Fault::interim_flood: block = block_of(early_hints); break;
    case Fault::endless_chunk_size:
      begin = stream_head(exchange.fields) + "1;";
      block = block_of("x");
      break;
    default:  // endless_trailer
      begin = stream_head(exchange.fields) + "0\r\n";
      block = block_of("x-trailer: x\r\n");
  }
  const bool open = co_await connection.write(begin);
  if (open) co_await flood(connection, block, flood_size);
}

}  // namespace llmload::simulator
