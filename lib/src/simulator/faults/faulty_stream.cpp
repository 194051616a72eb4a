#include <boost/asio/steady_timer.hpp>

#include "net/no_throw.hpp"
#include "simulator/answers/stream_answer.hpp"
#include "simulator/dialects/openai_dialect.hpp"
#include "simulator/faults/fault_responses.hpp"
#include "simulator/faults/fault_texts.hpp"
#include "simulator/faults/faulty_answer.hpp"
#include "simulator/faults/flood.hpp"
#include "simulator/server/http_answer.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;

namespace {

constexpr std::size_t too_short = 100;  // bytes: in any stream's first event

bool has_wrong_length(Fault fault) {
  return fault == Fault::content_length_long || fault == Fault::content_length_short;
}

StreamForm form_of(Fault fault) {
  StreamForm form;
  form.chunked = !has_wrong_length(fault) && fault != Fault::huge_body;
  form.finishes = fault != Fault::endless_stream && fault != Fault::huge_body;
  return form;
}

std::string head_of(Fault fault, const Exchange& exchange) {
  if (fault == Fault::content_length_short) return stream_head(exchange.fields, content_length(too_short));
  if (has_wrong_length(fault) || fault == Fault::huge_body)
    return stream_head(exchange.fields, content_length(flood_size));
  return stream_head(exchange.fields);
}

/// One streamed answer with a fault: at its begin, after half of its tokens, or at its end.
class FaultyStream {
 public:
  FaultyStream(Fault fault, const AnswerSource& source, const Exchange& exchange)
      : fault_(fault),
        source_(source),
        exchange_(exchange),
        connection_(exchange.connection),
        answer_(source, exchange, no_truth_, form_of(fault)) {}

  /// False: the connection is to be closed.
  asio::awaitable<bool> send() {
    const unsigned tokens = exchange_.tokens();
    Next next = co_await begin();
    if (next == Next::go_on && !co_await answer_.send_tokens(half_of(tokens))) next = Next::close;
    if (next == Next::go_on) next = co_await middle();
    if (next == Next::go_on && !co_await answer_.send_tokens(tokens)) next = Next::close;
    if (next == Next::go_on) next = co_await end();
    co_return next == Next::ended;
  }

 private:
  enum class Next { go_on, ended, close };

  asio::awaitable<Next> begin() {
    std::string head = head_of(fault_, exchange_);
    switch (fault_) {
      case Fault::reset_after_headers:
        co_await connection_.write(head);
        connection_.reset();
        co_return Next::close;
      case Fault::error_first:
        answer_.batch().bytes = head;
        add_error();
        co_return co_await end_early();
      case Fault::huge_body: co_return co_await huge(head);
      default: break;
    }
    const bool open = co_await write_head(fault_, connection_, std::move(head));
    if (!open || !co_await answer_.open("")) co_return Next::close;
    if (fault_ != Fault::stall_before_first_token) co_return Next::go_on;
    co_await connection_.hold();
    co_return Next::close;
  }

  asio::awaitable<Next> middle() {
    StreamEvents& events = answer_.events();
    EventBatch& batch = answer_.batch();
    switch (fault_) {
      case Fault::reset_between_events: connection_.reset(); co_return Next::close;
      case Fault::reset_body:
        co_await connection_.write("40\r\n" + events.token_begin().substr(0, 0x20));
        connection_.reset();
        co_return Next::close;
      case Fault::stall_between_events: co_await connection_.hold(); co_return Next::close;
      case Fault::bad_chunk_size: co_await connection_.write("no-size\r\n"); co_return Next::close;
      case Fault::event_without_end:
        co_return co_await endless(events.token_begin(), std::string(flood_block, 'x'));
      case Fault::endless_comments: co_return co_await endless(": ", block_of(": \n\n"));
      case Fault::error_event: add_error(); co_return co_await end_early();
      case Fault::cut_stream:
        events.end(batch);
        co_return co_await answer_.send() ? Next::ended : Next::close;
      case Fault::invalid_json: events.add_data(no_json, batch); break;
      case Fault::wrong_shape: events.add_data(wrong_shape, batch); break;
      case Fault::deep_json: events.add_members(deep_member(), batch); break;
      case Fault::invalid_utf8: events.add_tokens(no_utf8, 0, batch); break;
      default: co_return Next::go_on;
    }
    co_return co_await answer_.send() ? Next::go_on : Next::close;
  }

  asio::awaitable<Next> end() {
    const PromptTokens prompt = exchange_.prompt_tokens(source_.text);
    StreamEvents& events = answer_.events();
    EventBatch& batch = answer_.batch();
    if (fault_ == Fault::endless_stream) co_return co_await tokens_without_end();
    events.finish(prompt, batch);
    if (fault_ == Fault::tokens_after_finish) events.add_tokens(" more", 1, batch);
    if (fault_ == Fault::duplicate_usage) {
      const std::string numbers = usage(exchange_.answer(prompt));
      events.add_members(numbers, batch);
      events.add_members(numbers, batch);
    }
    if (fault_ != Fault::no_done) events.done(batch);
    if (fault_ == Fault::data_after_done) events.add_tokens(" more", 1, batch);
    events.end(batch);
    if (fault_ == Fault::stale_answer) batch.bytes += unasked_answer(exchange_);
    const bool sent = co_await answer_.send();
    co_return sent&& fault_ != Fault::content_length_long ? Next::ended : Next::close;
  }

  void add_error() {
    const std::string own = exchange_.question.dialect->error_event(engine_stopped);
    if (own.empty())
      answer_.events().add_data(stream_error, answer_.batch());
    else
      answer_.events().add_event(own, answer_.batch());
  }

  /// [DONE] and the end, behind what is in the batch.
  asio::awaitable<Next> end_early() {
    answer_.events().done(answer_.batch());
    answer_.events().end(answer_.batch());
    const bool sent = co_await answer_.send();
    co_return sent ? Next::ended : Next::close;
  }

  asio::awaitable<Next> huge(const std::string& head) {
    const auto output = source_.text.first(1);
    EventBatch block;
    while (block.bytes.size() < flood_block) answer_.events().add_tokens(output->text, 1, block);
    bool open = co_await connection_.write(head);
    if (open) open = co_await flood(connection_, block.bytes, flood_size);
    co_return open ? Next::ended : Next::close;
  }

  asio::awaitable<Next> endless(const std::string& first, const std::string& further) {
    std::string begin, block;
    append_chunk({first}, begin);
    append_chunk({further}, block);
    const bool open = co_await connection_.write(begin);
    if (open) co_await flood(connection_, block, flood_size / block.size() * block.size());
    co_return Next::close;
  }

  asio::awaitable<Next> tokens_without_end() {
    const Output* const output = exchange_.output.get();
    asio::steady_timer timer(co_await asio::this_coro::executor);
    std::uint64_t bytes = 0;
    for (std::size_t token = 0; bytes < flood_size; token = (token + 1) % output->ends.size()) {
      timer.expires_after(source_.options.gap);
      co_await timer.async_wait(net::no_throw);
      answer_.events().add_tokens(output->tokens(token, 1), 1, answer_.batch());
      bytes += answer_.batch().bytes.size();
      const bool open = co_await answer_.send();
      if (!open) break;
    }
    co_return Next::close;
  }

  const Fault fault_;
  const AnswerSource& source_;
  const Exchange& exchange_;
  ClientConnection& connection_;
  std::optional<TruthLine> no_truth_;
  StreamAnswer answer_;
};

}  // namespace

asio::awaitable<bool> send_faulty_stream(Fault fault, const AnswerSource& source, const Exchange& exchange) {
  FaultyStream stream(fault, source, exchange);
  co_return co_await stream.send();
}

}  // namespace llmload::simulator
