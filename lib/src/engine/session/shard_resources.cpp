#include "engine/session/shard_resources.hpp"

#include <algorithm>
#include <utility>

namespace llmload::engine {

namespace asio = boost::asio;

namespace {

constexpr std::size_t one_write = 16 * 1024;  // bytes: a TLS record

}  // namespace

Outgoing ShardResources::write(PreparedPtr request, std::size_t endpoint) {
  Outgoing& last = written[endpoint];
  const auto key = run.keys.current();
  if (last.prepared == request && last.key_version == key->version) return last;
  const std::string& body = request->body;
  std::string opening = run.writer.head(endpoint, body.size(), key->value, request->headers);
  const std::size_t rest_from = std::min(body.size(), one_write - std::min(opening.size(), one_write));
  opening.append(body, 0, rest_from);
  last = {std::move(request), key->version, std::make_shared<const std::string>(std::move(opening)),
          rest_from};
  return last;
}

net::Time ShardResources::reserve(const PreparedRequest& request, net::Time from) {
  return run.quota ? run.quota->reserve(request.charged_tokens + request.max_tokens, from) : from;
}

asio::awaitable<PreparedPtr> ShardResources::made(Waiting& waiting, const StageRun& stage,
                                                  std::uint64_t index, std::chrono::nanoseconds& waited) {
  const net::Time from = net::monotonic_now();
  const auto ask = [&](auto give) {
    run.ahead.tell(index, [give = std::move(give)]() mutable { give(true); });
    return nullptr;
  };
  const auto over = [&] { return waiting.stopped() || stage.stopped(); };
  const std::optional<bool> is_made = co_await waiting.answer<bool>(ask, over);
  waited = net::monotonic_now() - from;
  co_return is_made ? run.ahead.take(index) : nullptr;
}

}  // namespace llmload::engine
