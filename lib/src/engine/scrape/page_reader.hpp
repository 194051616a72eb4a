#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/key_keeper.hpp"
#include "engine/session/limits.hpp"
#include "engine/session/waiting.hpp"
#include "llmload/plan.hpp"
#include "net/arrival_clock.hpp"
#include "net/poller.hpp"
#include "net/resolver.hpp"
#include "net/stream.hpp"
#include "net/tls_context.hpp"
#include "protocol/http/http_reader.hpp"
#include "protocol/http/request_writer.hpp"

namespace llmload::engine {

/// Reads one page with a GET, over a connection of its own each time. For one thread, which it keeps
/// until the page is there; stop() is for any.
class PageReader {
 public:
  /// `plan`: its one endpoint is the page (protocol::plan_of_page). `trusted`: the roots, where there is TLS
  /// that is verified. All but the plan must outlive it.
  PageReader(Plan plan, const KeyKeeper& keys, net::Resolver& resolver, X509_STORE* trusted);

  struct Page {
    std::string text;   ///< of an answer with 200
    std::string error;  ///< else: why there is none, one line
  };
  /// Within `limit`, behind the look-up of the name, and of at most 8 MB. `stop` ends that look-up.
  Page read(std::chrono::nanoseconds limit, const std::stop_token& stop);
  /// Ends what is under way, and what begins from now on.
  void stop();

 private:
  boost::asio::awaitable<void> read_by(net::Time deadline, Page& page);
  boost::asio::awaitable<std::optional<Failure>> open(net::Stream& stream, Waiting& waiting,
                                                      net::Time deadline);
  boost::asio::awaitable<std::string> exchange(net::Stream& stream, protocol::HttpReader& reader);

  const Plan plan_;
  const Endpoint& page_;
  const protocol::RequestWriter writer_;
  const KeyKeeper& keys_;
  net::Resolver& resolver_;
  boost::asio::io_context io_;
  net::Poller poller_;
  net::ArrivalClock clock_;
  net::TlsContext tls_;
  std::vector<char> buffer_;
  net::Addresses addresses_;
  std::size_t good_address_ = 0;
  Waiting* under_way_ = nullptr;
  bool stopped_ = false;
};

}  // namespace llmload::engine
