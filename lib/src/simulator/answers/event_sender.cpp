#include "simulator/answers/event_sender.hpp"

namespace llmload::simulator {

using net::IoStatus;

boost::asio::awaitable<bool> EventSender::send(EventBatch& batch, std::optional<net::Time> due) {
  net::Stream& stream = connection_.stream();
  const std::string_view bytes = batch.bytes;
  std::size_t written = 0;
  auto event = batch.events.cbegin();
  while (written < bytes.size()) {
    const auto wrote = stream.write_some(bytes.substr(written));
    if (wrote.status == IoStatus::eof || wrote.status == IoStatus::error) co_return false;
    if (wrote.status != IoStatus::ok) {
      if (!co_await connection_.wait_for_room()) co_return false;
      continue;
    }
    written += wrote.bytes;
    const auto first = event;
    for (; event != batch.events.cend() && event->end <= written; ++event) {
      const bool has_tokens = event->tokens > 0;
      if (truth_) truth_->add(stream.sent_at(), event->tokens, has_tokens ? due : std::nullopt);
    }
    sent_.fetch_add(static_cast<std::uint64_t>(event - first), std::memory_order_relaxed);
  }
  batch.bytes.clear();
  batch.events.clear();
  co_return true;
}

}  // namespace llmload::simulator
