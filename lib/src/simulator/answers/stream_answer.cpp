#include "simulator/answers/stream_answer.hpp"

#include <algorithm>

namespace llmload::simulator {

namespace asio = boost::asio;

StreamAnswer::StreamAnswer(const AnswerSource& source, const Exchange& exchange,
                           std::optional<TruthLine>& truth, const StreamForm& form)
    : source_(source),
      exchange_(exchange),
      clock_(source.latency.begin(exchange)),
      events_(*exchange.question.dialect, exchange.answer(), form),
      sender_(exchange.connection, source.events_sent, truth) {}

asio::awaitable<bool> StreamAnswer::open(std::string head) {
  batch_.bytes = std::move(head);
  events_.open(batch_);
  co_return co_await sender_.send(batch_);
}

asio::awaitable<bool> StreamAnswer::send_tokens(unsigned until) {
  const SimulatorOptions& options = source_.options;
  const std::uint64_t per_write = std::uint64_t{options.tokens_per_event} * options.events_per_write;
  while (sent_ < until) {
    const auto due = static_cast<unsigned>(std::min<std::uint64_t>(sent_ + per_write, until));
    co_await clock_->until(due);
    while (sent_ < due) {
      const unsigned count = std::min(options.tokens_per_event, due - sent_);
      events_.add_tokens(exchange_.output->tokens(sent_, count), count, batch_);
      sent_ += count;
    }
    if (!co_await sender_.send(batch_, clock_->due())) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> StreamAnswer::close() {
  events_.close(exchange_.prompt_tokens(source_.text), batch_);
  co_return co_await sender_.send(batch_);
}

}  // namespace llmload::simulator
