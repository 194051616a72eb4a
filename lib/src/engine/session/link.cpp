#include "engine/session/link.hpp"

#include <utility>

#include "engine/session/dialler.hpp"
#include "net/arrival_clock.hpp"

namespace llmload::engine {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds between_look_ups{1};   // of a name whose addresses can't be reached
constexpr std::chrono::seconds idle_worth_a_look{1};  // servers close idle connections after some seconds

}  // namespace

Link::Link(ShardResources& shard, Waiting& waiting, std::size_t endpoint)
    : shard_(shard),
      waiting_(waiting),
      endpoint_(endpoint),
      stream_(shard.poller, shard.clock, shard.run.plan.kernel_time ? TimeSource::kernel : TimeSource::user) {
}

bool Link::is_kept() const { return shard_.run.plan.connection == Connection::keep_alive; }

/// Where the kernel stamps what comes, it need not be asked: what was not told is known by its stamp.
bool Link::is_doubtful(net::Time now) const {
  const bool idled = now - last_used_ > idle_worth_a_look;
  return idled || !stream_.drained() || stream_.time_source() != TimeSource::kernel;
}

asio::awaitable<std::optional<Failure>> Link::open(RequestRecord& record, net::Time stage_start,
                                                   net::Time deadline) {
  const auto now = [stage_start] { return net::monotonic_now() - stage_start; };
  record.opening = now();
  waiting_.attend(&stream_);
  waiting_.arm({deadline, Outcome::total_timeout});
  net::Addresses addresses;
  std::optional<Failure> failure = co_await find(addresses, record, stage_start);
  Dialler dialler(stream_, waiting_, shard_.run.plan, target(), deadline);
  if (!failure) {
    failure = co_await dialler.dial(addresses, shard_.good_address[endpoint_]);
    unreachable_ = failure.has_value();
  }
  if (!failure && target().proxy) failure = co_await dialler.tunnel(shard_.read_buffer);
  if (!failure) record.tcp_connected = now();
  if (!failure && target().tls) {
    net::SslPtr ssl = shard_.tls.connection(target().host, target().port);
    failure = co_await dialler.secure(std::move(ssl));
    if (!failure) record.tls_done = now();
  }
  const auto why = waiting_.interruption();
  if (!failure && why) failure = interruption(*why, shard_.run.plan.timeouts);
  if (failure) {
    stream_.close();
    co_return failure;
  }
  if (std::exchange(opened_before_, true) && is_kept()) ++record.reconnects;
  use(net::monotonic_now());
  co_return std::nullopt;
}

/// The addresses of the endpoint, or of its proxy. Those that are known are used until they can't be reached;
/// then one session looks whether they have moved, and the others go on with what there is.
asio::awaitable<std::optional<Failure>> Link::find(net::Addresses& addresses, RequestRecord& record,
                                                   net::Time stage_start) {
  const net::Addresses& known = shard_.addresses[endpoint_];
  const net::Time asked_at = net::monotonic_now();
  const bool moved = unreachable_ && asked_at - shard_.looked_up[endpoint_] > between_look_ups;
  if (is_kept() && !known.list.empty() && !moved) {
    addresses = known;
    co_return std::nullopt;
  }
  shard_.looked_up[endpoint_] = asked_at;
  std::optional<net::Addresses> found = co_await look_up();
  if (found) record.resolved = net::monotonic_now() - stage_start;
  if (const auto why = waiting_.interruption()) co_return interruption(*why, shard_.run.plan.timeouts);
  if (found->list.empty()) co_return Failure(Outcome::dns_failed, found->error);
  shard_.addresses[endpoint_] = *found;
  addresses = std::move(*found);
  co_return std::nullopt;
}

/// Nothing where the session was cancelled, or its deadline came, before.
asio::awaitable<std::optional<net::Addresses>> Link::look_up() {
  const auto& proxy = target().proxy;
  const std::string& host = proxy ? proxy->host : target().host;
  const std::string& port = proxy ? proxy->port : target().port;
  const auto ask = [&](auto give) { return shard_.run.resolver.ask(host, port, std::move(give)); };
  const auto over = [this] { return waiting_.interruption().has_value(); };
  auto answer = co_await waiting_.answer<net::Addresses>(ask, over);
  co_return answer;
}

}  // namespace llmload::engine
