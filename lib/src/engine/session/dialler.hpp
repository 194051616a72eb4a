#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>
#include <span>

#include "engine/session/limits.hpp"
#include "engine/session/waiting.hpp"
#include "llmload/plan.hpp"
#include "net/resolver.hpp"
#include "net/transport.hpp"

namespace llmload::engine {

/// The steps that open a connection to an endpoint whose addresses are known, each within its limit and none
/// beyond `deadline`. Each gives why it failed; nothing: it did not.
class Dialler {
 public:
  /// All must outlive it; `waiting` attends `transport`.
  Dialler(net::Transport& transport, Waiting& waiting, const Plan& plan, const Endpoint& target,
          net::Time deadline)
      : transport_(transport), waiting_(waiting), plan_(plan), target_(target), deadline_(deadline) {}

  /// To one of `addresses`, of which there is one at least: from number `good` on, which becomes the one that
  /// answered. They are the proxy's where there is one.
  boost::asio::awaitable<std::optional<Failure>> dial(const net::Addresses& addresses, std::size_t& good);
  /// Through the proxy. `buffer`: to read its answer into.
  boost::asio::awaitable<std::optional<Failure>> tunnel(std::span<char> buffer);
  /// TLS. `ssl` null: no certificate can carry the endpoint's name.
  boost::asio::awaitable<std::optional<Failure>> secure(net::SslPtr ssl);

 private:
  void arm(const Limit& limit) { waiting_.arm(earlier(limit, {deadline_, Outcome::total_timeout})); }
  /// Why we ended the step ourselves; else `failure`.
  [[nodiscard]] Failure ours_or(Failure failure) const;

  net::Transport& transport_;
  Waiting& waiting_;
  const Plan& plan_;
  const Endpoint& target_;
  const net::Time deadline_;
};

}  // namespace llmload::engine
