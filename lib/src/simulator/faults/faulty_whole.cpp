#include <algorithm>

#include "simulator/faults/fault_responses.hpp"
#include "simulator/faults/fault_texts.hpp"
#include "simulator/faults/faulty_answer.hpp"
#include "simulator/faults/flood.hpp"
#include "simulator/server/http_answer.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;

namespace {

constexpr std::size_t missing = 1000;  // bytes that are announced and do not come
constexpr std::string_view huge_text = "(here is 1 GB)";

std::string body_of(Fault fault, const AnswerSource& source, const Exchange& exchange) {
  SimulatedAnswer answer = exchange.answer(exchange.prompt_tokens(source.text));
  std::string text(answer.text);
  if (fault == Fault::invalid_utf8) text += no_utf8;
  answer.text = fault == Fault::huge_body ? huge_text : text;
  std::string body = exchange.question.dialect->whole_answer(answer);
  if (fault == Fault::invalid_json) body = no_json;
  if (fault == Fault::wrong_shape) body = wrong_shape;
  if (fault == Fault::deep_json) body.insert(body.size() - 1, ',' + deep_member());
  return body;
}

/// `body` with a text of 1 GB where it has huge_text, or at its end.
asio::awaitable<bool> send_huge(const Exchange& exchange, std::string_view body) {
  ClientConnection& connection = exchange.connection;
  const std::string_view before = body.substr(0, body.find(huge_text));
  const std::string_view behind = body.substr(std::min(before.size() + huge_text.size(), body.size()));
  const std::string head_line = content_length(before.size() + flood_size + behind.size());
  const std::string begin = head(200, json_type, exchange.fields, head_line) + std::string(before);
  const std::string block(flood_block, 'x');
  if (!co_await connection.write(begin)) co_return false;
  if (!co_await flood(connection, block, flood_size)) co_return false;
  co_return co_await connection.write(behind);
}

}  // namespace

asio::awaitable<bool> send_faulty_whole(Fault fault, const AnswerSource& source, const Exchange& exchange) {
  ClientConnection& connection = exchange.connection;
  const auto clock = source.latency.begin(exchange);
  co_await clock->until(exchange.tokens());
  const std::string body = body_of(fault, source, exchange);
  const std::string half = body.substr(0, body.size() / 2);
  const auto head_with = [&](std::string_view framing) {
    return head(200, json_type, exchange.fields, framing);
  };
  const std::string good_head = head_with(content_length(body.size()));
  const bool head_alone = fault == Fault::reset_after_headers || fault == Fault::stall_before_first_token;
  const std::string begun = head_alone ? good_head : good_head + half;
  switch (fault) {
    case Fault::huge_body: co_return co_await send_huge(exchange, body);
    case Fault::reset_after_headers:
    case Fault::reset_body:
    case Fault::reset_between_events:
      co_await connection.write(begun);
      connection.reset();
      co_return false;
    case Fault::stall_before_first_token:
    case Fault::stall_between_events:
      co_await connection.write(begun);
      co_await connection.hold();
      co_return false;
    case Fault::bad_chunk_size: {
      std::string bytes = head_with(chunked);
      append_chunk({half}, bytes);
      co_await connection.write(bytes + "no-size\r\n");
      co_return false;
    }
    case Fault::content_length_long:
      co_await connection.write(head_with(content_length(body.size() + missing)) + body);
      co_return false;
    case Fault::content_length_short:
      co_return co_await connection.write(head_with(content_length(half.size())) + body);
    default: break;
  }
  if (!co_await write_head(fault, connection, good_head)) co_return false;
  const std::string behind = fault == Fault::stale_answer ? unasked_answer(exchange) : "";
  co_return co_await connection.write(body + behind);
}

}  // namespace llmload::simulator
