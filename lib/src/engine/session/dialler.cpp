#include "engine/session/dialler.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "net/arrival_clock.hpp"
#include "protocol/target/plaintext_key.hpp"
#include "protocol/target/proxy.hpp"

namespace llmload::engine {

namespace asio = boost::asio;
using net::IoStatus;

namespace {

constexpr std::size_t most_of_a_proxy = 16 * 1024;  // bytes of its answer

}  // namespace

Failure Dialler::ours_or(Failure failure) const {
  const auto why = waiting_.interruption();
  return why ? interruption(*why, plan_.timeouts) : std::move(failure);
}

asio::awaitable<std::optional<Failure>> Dialler::dial(const net::Addresses& addresses, std::size_t& good) {
  std::optional<Failure> failure;
  const std::size_t count = addresses.list.size();
  for (std::size_t tried = 0, first = good % count; tried < count; ++tried) {
    const std::size_t number = (first + tried) % count;
    const auto& address = addresses.list[number];
    if (protocol::needs_loopback(plan_, target_) && !net::is_loopback(address)) {
      const std::string place = target_.host + " (" + net::describe(address) + ')';
      co_return Failure(Outcome::connect_failed, protocol::plaintext_key_refusal(place));
    }
    arm({net::monotonic_now() + plan_.timeouts.connect, Outcome::connect_timeout});
    const auto ec = co_await transport_.connect(address);
    if (!ec) {
      good = number;
      co_return std::nullopt;
    }
    const std::string where = (target_.proxy ? "the proxy " : "") + net::describe(address) + ": ";
    failure = ours_or(Failure(Outcome::connect_failed, where + ec.message()));
    const bool next_may_answer = !is_ours(failure->outcome) || failure->outcome == Outcome::connect_timeout;
    if (!next_may_answer) break;
    if (failure->outcome == Outcome::connect_timeout) failure->reason.insert(0, where);
  }
  co_return failure;
}

asio::awaitable<std::optional<Failure>> Dialler::tunnel(std::span<char> buffer) {
  const std::string request = protocol::connect_request(target_);
  std::string answer, failure;
  for (std::string_view rest = request; failure.empty();) {
    if (!rest.empty()) {
      const auto wrote = transport_.write_some(rest);
      rest.remove_prefix(wrote.bytes);
      if (wrote.status == IoStatus::error || wrote.status == IoStatus::eof) failure = transport_.error();
      if (wrote.status == IoStatus::ok) continue;
    }
    const auto read = transport_.read_some(buffer);
    if (read.status == IoStatus::eof) failure = "the proxy closed the connection";
    if (read.status == IoStatus::error) failure = transport_.error();
    if (read.status == IoStatus::ok) answer.append(buffer.data(), read.bytes);
    // Behind it nothing is to come before we speak.
    if (protocol::connect_answer_end(answer) != 0) {
      failure = protocol::connect_error(answer);
      if (failure.empty()) co_return std::nullopt;
    } else if (answer.size() > most_of_a_proxy) {
      failure = "the proxy's answer has no end";
    }
    if (!failure.empty() || read.status == IoStatus::ok) continue;
    const auto ec = co_await transport_.wait(!rest.empty());
    if (ec) failure = ec.message();
  }
  co_return ours_or(Failure(Outcome::connect_failed, failure));
}

asio::awaitable<std::optional<Failure>> Dialler::secure(net::SslPtr ssl) {
  if (!ssl) co_return Failure(Outcome::tls_failed, "no certificate can carry the endpoint's name");
  arm({net::monotonic_now() + plan_.timeouts.tls, Outcome::tls_timeout});
  const bool secured = co_await transport_.handshake(std::move(ssl), false);
  if (secured) co_return std::nullopt;
  co_return ours_or(Failure(Outcome::tls_failed, transport_.error()));
}

}  // namespace llmload::engine
