#include "engine/scrape/page_reader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <string_view>
#include <utility>

#include "engine/session/dialler.hpp"

namespace llmload::engine {

namespace asio = boost::asio;
using net::IoStatus;

namespace {

constexpr std::size_t read_buffer_size = 64 * 1024;
constexpr std::uint64_t most_bytes = 8 * 1024 * 1024;  // of a page; those of large servers have some 100 KB

using State = protocol::HttpReader::State;

bool is_over(const protocol::HttpReader& reader) {
  return reader.state() != State::head && reader.state() != State::body;
}

/// What is wrong with an answer that is over; "" where it is a page.
std::string problem_of(const protocol::HttpReader& reader) {
  if (reader.state() == State::malformed) return "its answer is no HTTP";
  if (reader.state() == State::too_large) return "its answer is longer than 8 MB";
  return reader.status() == 200 ? "" : "HTTP " + std::to_string(reader.status());
}

}  // namespace

PageReader::PageReader(Plan plan, const KeyKeeper& keys, net::Resolver& resolver, X509_STORE* trusted)
    : plan_(std::move(plan)),
      page_(plan_.endpoints.front()),
      writer_(plan_),
      keys_(keys),
      resolver_(resolver),
      poller_(io_.get_executor()),
      tls_(trusted, true, {plan_.client_certificate_pem, plan_.client_key_pem.reveal()}),
      buffer_(read_buffer_size) {}

PageReader::Page PageReader::read(std::chrono::nanoseconds limit, const std::stop_token& stop) {
  const auto& proxy = page_.proxy;
  if (addresses_.list.empty())
    addresses_ = resolver_.wait_for(proxy ? proxy->host : page_.host, proxy ? proxy->port : page_.port, stop);
  Page page;
  page.error = addresses_.error;
  if (addresses_.list.empty()) return page;
  asio::co_spawn(io_, read_by(net::monotonic_now() + limit, page), asio::detached);
  io_.restart();
  io_.run();
  return page;
}

void PageReader::stop() {
  asio::post(io_, [this] {
    stopped_ = true;
    if (under_way_ != nullptr) under_way_->cancel();
  });
}

/// No exception leaves it.
asio::awaitable<void> PageReader::read_by(net::Time deadline, Page& page) {
  try {
    Waiting waiting(io_.get_executor());
    net::Stream stream(poller_, clock_, TimeSource::user);
    protocol::HttpReader reader(most_bytes);
    under_way_ = &waiting;
    if (stopped_) waiting.cancel();
    waiting.attend(&stream);
    waiting.arm({deadline, Outcome::total_timeout});
    const std::optional<Failure> failure = co_await open(stream, waiting, deadline);
    if (failure) {
      page.error = failure->reason;
    } else {
      waiting.arm({deadline, Outcome::total_timeout});
      page.error = co_await exchange(stream, reader);
    }
    if (waiting.interruption()) page.error = "it did not answer in time";
    if (page.error.empty()) page.text = reader.body();
    waiting.attend(nullptr);
  } catch (const std::exception& e) {
    page.error = e.what();
  }
  under_way_ = nullptr;
}

asio::awaitable<std::optional<Failure>> PageReader::open(net::Stream& stream, Waiting& waiting,
                                                         net::Time deadline) {
  Dialler dialler(stream, waiting, plan_, page_, deadline);
  std::optional<Failure> failure = co_await dialler.dial(addresses_, good_address_);
  if (failure) addresses_ = {};  // the name may lead elsewhere by the next time
  if (!failure && page_.proxy) failure = co_await dialler.tunnel(buffer_);
  if (!failure && page_.tls) {
    net::SslPtr ssl = tls_.connection(page_.host, page_.port);
    failure = co_await dialler.secure(std::move(ssl));
  }
  co_return failure;
}

/// Gives why there is no page.
asio::awaitable<std::string> PageReader::exchange(net::Stream& stream, protocol::HttpReader& reader) {
  const auto key = keys_.current();
  const std::string request = writer_.get(0, key ? key->value : std::string());
  std::string_view rest = request;
  reader.start();
  for (;;) {
    if (!rest.empty()) {
      const auto wrote = stream.write_some(rest);
      rest.remove_prefix(wrote.bytes);
      if (wrote.status == IoStatus::error || wrote.status == IoStatus::eof) co_return stream.error();
      if (wrote.status == IoStatus::ok) continue;
    }
    const auto read = stream.read_some(buffer_);
    if (read.status == IoStatus::ok) (void)reader.put({buffer_.data(), read.bytes});
    if (read.status == IoStatus::eof) (void)reader.put_eof();
    if (is_over(reader)) co_return problem_of(reader);
    if (read.status == IoStatus::eof) co_return "it closed the connection";
    if (read.status == IoStatus::error) co_return stream.error();
    if (read.status == IoStatus::ok) continue;
    const auto ec = co_await stream.wait(!rest.empty());
    if (ec) co_return ec.message();
  }
}

}  // namespace llmload::engine
