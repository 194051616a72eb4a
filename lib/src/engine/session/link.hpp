#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>

#include "engine/session/limits.hpp"
#include "engine/session/shard_resources.hpp"
#include "engine/session/waiting.hpp"
#include "net/stream.hpp"

namespace llmload::engine {

/// A session's way to one endpoint: a stream, and how it is opened.
class Link {
 public:
  /// Both must outlive it.
  Link(ShardResources& shard, Waiting& waiting, std::size_t endpoint);

  /// Opens it before `deadline`, and puts the steps' stamps into `record`. Gives why it failed; nothing: it
  /// is open.
  boost::asio::awaitable<std::optional<Failure>> open(RequestRecord& record, net::Time stage_start,
                                                      net::Time deadline);
  void close() { stream_.close(); }

  [[nodiscard]] net::Stream& stream() { return stream_; }
  [[nodiscard]] bool is_open() const { return stream_.is_open(); }
  [[nodiscard]] const Endpoint& target() const { return shard_.run.plan.endpoints[endpoint_]; }
  void use(net::Time until) { last_used_ = until; }  ///< it was of use until then
  /// It carries a request that is sent `now`. Whether something came before that is to
  /// be looked for.
  [[nodiscard]] bool is_doubtful(net::Time now) const;

 private:
  boost::asio::awaitable<std::optional<Failure>> find(net::Addresses& addresses, RequestRecord& record,
                                                      net::Time stage_start);
  boost::asio::awaitable<std::optional<net::Addresses>> look_up();
  [[nodiscard]] bool is_kept() const;

  ShardResources& shard_;
  Waiting& waiting_;
  const std::size_t endpoint_;
  net::Stream stream_;
  bool opened_before_ = false;
  bool unreachable_ = false;  // when it was last dialled: its name may lead elsewhere by now
  net::Time last_used_;
};

}  // namespace llmload::engine
