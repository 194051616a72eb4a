#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "engine/session.hpp"
#include "net/arrival_clock.hpp"
#include "protocol/plaintext_key.hpp"
#include "protocol/proxy.hpp"

namespace llmload::engine {

namespace asio = boost::asio;
using net::IoStatus;

namespace {

constexpr std::int64_t between_look_ups = net::ns_per_second;  // of a name whose addresses can't be reached
constexpr std::size_t most_of_a_proxy = 16 * 1024;             // bytes of its answer

}  // namespace

/// Not beyond the attempt's own deadline.
void Session::arm(Limit limit) {
  if (deadline_ <= limit.at)
    watchdog_.arm(deadline_, Outcome::total_timeout);
  else
    watchdog_.arm(limit.at, limit.meaning);
}

asio::awaitable<bool> Session::open(std::size_t endpoint, RequestRecord& record) {
  const Endpoint& target = shard_.run.plan.endpoints[endpoint];
  Link& link = links_[endpoint];
  active_ = link.stream.get();
  record.opening = now();
  watchdog_.arm(deadline_, Outcome::total_timeout);
  const net::Addresses addresses = co_await find(endpoint, record);
  bool opened = !builder_.concluded();
  if (opened) {
    opened = co_await dial(target, addresses, shard_.good_address[endpoint], record);
    link.unreachable = !opened;
  }
  if (opened && target.proxy) opened = co_await tunnel(*link.stream, target);
  if (opened) record.tcp_connected = now();
  if (opened && target.tls) opened = co_await secure(*link.stream, target, record);
  if (opened) opened = !fail_if_interrupted();
  failed_openings_ = opened ? 0 : failed_openings_ + 1;
  if (!opened) link.stream->close();
  if (!opened) co_return false;
  link.opened_before = true;
  link.last_used = net::monotonic_now();
  co_return true;
}

/// The addresses of an endpoint, or of its proxy. Those that are known are used until they can't be reached;
/// then one session looks whether they have moved, and the others go on with what there is.
asio::awaitable<net::Addresses> Session::find(std::size_t endpoint, RequestRecord& record) {
  const net::Addresses& known = shard_.addresses[endpoint];
  const std::int64_t asked_at = net::monotonic_now();
  const bool moved = links_[endpoint].unreachable && asked_at - shard_.looked_up[endpoint] > between_look_ups;
  if (!fresh_connections() && !known.list.empty() && !moved) co_return known;
  shard_.looked_up[endpoint] = asked_at;
  const auto found = co_await look_up(shard_.run.plan.endpoints[endpoint]);
  if (found) record.resolved = now();
  if (fail_if_interrupted() || !found) co_return net::Addresses();
  if (found->list.empty())
    builder_.conclude(Outcome::dns_failed, found->error);
  else
    shard_.addresses[endpoint] = *found;
  co_return *found;
}

/// Nothing where the session was cancelled, or its deadline came, before.
asio::awaitable<std::optional<net::Addresses>> Session::look_up(const Endpoint& target) {
  using Answer = std::optional<net::Addresses>;
  const auto answer = std::make_shared<Answer>();
  const auto then = [this, asked = std::weak_ptr<Answer>(answer),
                     executor = shard_.executor](const net::Addresses& addresses) {
    asio::post(executor, [this, asked, addresses] {
      const auto to = asked.lock();
      if (!to) return;  // nor is there a session, perhaps
      *to = addresses;
      if (sleeper_) wake();
    });
  };
  const std::string& host = target.proxy ? target.proxy->host : target.host;
  const std::string& port = target.proxy ? target.proxy->port : target.port;
  const auto question = shard_.run.resolver.ask(host, port, then);
  while (!*answer && !cancelled_ && !watchdog_.expired()) co_await sleep();
  co_return *answer;
}

/// Tries the addresses from `good` on, which becomes the one that answered.
asio::awaitable<bool> Session::dial(const Endpoint& target, const net::Addresses& addresses,
                                    std::size_t& good, RequestRecord& record) {
  net::Stream& stream = *active_;
  const std::size_t count = addresses.list.size();
  for (std::size_t tried = 0, first = good % count; tried < count; ++tried) {
    const std::size_t number = (first + tried) % count;
    const auto& address = addresses.list[number];
    builder_.start(record);  // what failed before is not this address's
    if (protocol::needs_loopback(shard_.run.plan, target) && !net::is_loopback(address)) {
      builder_.conclude(Outcome::connect_failed,
                        protocol::plaintext_key_refusal(target.host + " (" + net::describe(address) + ')'));
      co_return false;
    }
    arm({net::monotonic_now() + limits().connect.count(), Outcome::connect_timeout});
    const auto ec = co_await stream.connect(address);
    if (!ec) {
      good = number;
      co_return true;
    }
    const std::string where = (target.proxy ? "the proxy " : "") + net::describe(address) + ": ";
    if (watchdog_.expired() == Outcome::connect_timeout && !cancelled_)
      builder_.conclude(Outcome::connect_timeout, where + late(Outcome::connect_timeout));
    else if (!fail_if_interrupted())
      builder_.conclude(Outcome::connect_failed, where + ec.message());
    else
      co_return false;
  }
  co_return false;
}

/// Through the proxy, to which the stream is connected.
asio::awaitable<bool> Session::tunnel(net::Stream& stream, const Endpoint& target) {
  const std::string request = protocol::connect_request(target);
  std::string answer;
  std::string failure;
  for (std::string_view rest = request; failure.empty();) {
    if (!rest.empty()) {
      const auto wrote = stream.write_some(rest);
      rest.remove_prefix(wrote.bytes);
      if (wrote.status == IoStatus::error || wrote.status == IoStatus::eof) failure = stream.error();
      if (wrote.status == IoStatus::ok) continue;
    }
    const auto read = stream.read_some(shard_.read_buffer);
    if (read.status == IoStatus::eof) failure = "the proxy closed the connection";
    if (read.status == IoStatus::error) failure = stream.error();
    if (read.status == IoStatus::ok) answer.append(shard_.read_buffer.data(), read.bytes);
    // Behind it nothing is to come before we speak.
    if (protocol::connect_answer_end(answer) != 0) {
      failure = protocol::connect_error(answer);
      if (failure.empty()) co_return true;
    } else if (answer.size() > most_of_a_proxy) {
      failure = "the proxy's answer has no end";
    }
    if (!failure.empty() || read.status == IoStatus::ok) continue;
    const auto ec = co_await stream.wait(!rest.empty());
    if (ec) break;
  }
  if (!fail_if_interrupted()) builder_.conclude(Outcome::connect_failed, failure);
  co_return false;
}

asio::awaitable<bool> Session::secure(net::Stream& stream, const Endpoint& target, RequestRecord& record) {
  arm({net::monotonic_now() + limits().tls.count(), Outcome::tls_timeout});
  // Named: GCC 12 miscompiles a condition with co_await in a coroutine that has no variable at all.
  net::SslPtr ssl = shard_.tls.connection(target.host, target.port);
  if (!ssl) {
    builder_.conclude(Outcome::tls_failed, "no certificate can carry the endpoint's name");
    co_return false;
  }
  const bool secured = co_await stream.handshake(std::move(ssl), false);
  if (secured) {
    record.tls_done = now();
    co_return true;
  }
  if (!fail_if_interrupted()) builder_.conclude(Outcome::tls_failed, stream.error());
  co_return false;
}

}  // namespace llmload::engine
