#include "llmload/simulator.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <ctime>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <thread>

#include "llmload/error.hpp"
#include "net/stream.hpp"
#include "simulator/answer.hpp"
#include "simulator/certificate.hpp"
#include "simulator/event_sender.hpp"
#include "simulator/latency_model.hpp"
#include "simulator/output_text.hpp"
#include "simulator/stream_events.hpp"
#include "simulator/truth_file.hpp"

namespace llmload {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace simulator;
using asio::ip::tcp;
using boost::system::error_code;
using net::IoStatus;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t largest_request = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds accept_pause{10};
constexpr std::chrono::seconds truth_flushed_each{1};

using Request = http::request<http::string_body>;

std::string_view field(const Request& request, const char* name) {
  const auto value = request[name];
  return {value.data(), value.size()};
}

tcp::endpoint loopback(const SimulatorOptions& options) {
  error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec || !address.is_loopback()) {
    throw InputError("the simulator listens on a loopback address only (127.0.0.1 or ::1), not on \"" +
                     options.address + "\"");
  }
  return {address, options.port};
}

asio::awaitable<bool> write_all(net::Stream& stream, std::string_view data) {
  while (!data.empty()) {
    const auto wrote = stream.write_some(data);
    data.remove_prefix(wrote.bytes);
    if (wrote.status == IoStatus::eof || wrote.status == IoStatus::error) co_return false;
    if (wrote.status == IoStatus::ok) continue;
    if (co_await stream.wait(wrote.status == IoStatus::wants_write)) co_return false;
  }
  co_return true;
}

}  // namespace

class Simulator::Impl {
 public:
  explicit Impl(SimulatorOptions options)
      : options_(std::move(options)),
        text_(options_.tokenizer),
        model_(options_.batching ? make_batching_model(io_.get_executor(), options_)
                                 : make_fixed_model(io_.get_executor(), options_)),
        acceptor_(io_) {
    if (options_.tokens_per_event == 0 || options_.events_per_write == 0) {
      throw InputError("the simulator sends at least one token an event, and one event a write");
    }
    if (options_.tls) tls_ = make_server_tls();
    const tcp::endpoint address = loopback(options_);
    error_code ec;
    acceptor_.open(address.protocol(), ec);
    if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor_.bind(address, ec);
    if (!ec) acceptor_.listen(4096, ec);
    if (ec) {
      throw InputError("the simulator can't listen on " + options_.address + " port " +
                       std::to_string(options_.port) + ": " + ec.message());
    }
    port_ = acceptor_.local_endpoint().port();
    if (!options_.truth_file.empty()) {
      truth_.emplace(options_.truth_file);
      asio::co_spawn(io_, flush_truth(), asio::detached);
    }
    asio::co_spawn(io_, accept(), asio::detached);
    thread_ = std::jthread([this] { io_.run(); });
  }

  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// False: the truth file is not complete.
  bool stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
    if (truth_) truth_->flush();
    return !truth_ || !truth_->failed();
  }
  [[nodiscard]] const std::string& truth_file() const { return options_.truth_file; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string origin() const {
    const bool v6 = options_.address.find(':') != std::string::npos;
    return (options_.tls ? "https://" : "http://") + (v6 ? '[' + options_.address + ']' : options_.address) +
           ':' + std::to_string(port_);
  }
  [[nodiscard]] const std::string& ca_pem() const { return tls_.pem; }

  std::atomic<std::uint64_t> connections{0}, requests{0}, events_sent{0};
  std::array<std::atomic<std::uint64_t>, fault_count> faults{};

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      auto accepted = co_await acceptor_.async_accept(no_throw);
      if (std::get<0>(accepted)) {  // out of descriptors: they come back when clients leave
        asio::steady_timer pause(io_, accept_pause);
        co_await pause.async_wait(no_throw);
        continue;
      }
      connections.fetch_add(1, std::memory_order_relaxed);
      asio::co_spawn(io_, serve(std::move(std::get<1>(accepted))), asio::detached);
    }
  }

  asio::awaitable<void> flush_truth() {
    asio::steady_timer timer(io_);
    for (;;) {
      timer.expires_after(truth_flushed_each);
      co_await timer.async_wait(no_throw);
      truth_->flush();
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    net::Stream stream(poller_, clock_, TimeSource::kernel);
    if (stream.adopt(std::move(socket))) co_return;
    if (tls_.context) {
      net::SslPtr ssl(SSL_new(tls_.context.get()));
      if (!co_await stream.handshake(std::move(ssl), true)) co_return;
    }
    std::string received;
    for (;;) {
      auto request = co_await read_request(stream, received);
      if (!request) co_return;
      requests.fetch_add(1, std::memory_order_relaxed);
      if (!co_await answer(stream, *request) || !request->keep_alive()) co_return;
    }
  }

  /// The next request, or nothing when the client has ended, idled too long, or spoken no HTTP. `received`
  /// keeps what came beyond it.
  asio::awaitable<std::optional<Request>> read_request(net::Stream& stream, std::string& received) {
    http::request_parser<http::string_body> parser;
    parser.eager(true);
    parser.body_limit(largest_request);
    asio::steady_timer idle(io_);
    const auto waiting = std::make_shared<bool>(true);  // a handler that is queued outlives this call
    if (options_.idle_close.count() != 0) {
      idle.expires_after(options_.idle_close);
      idle.async_wait([&stream, still = std::weak_ptr<bool>(waiting)](error_code ec) {
        if (!ec && !still.expired()) stream.cancel();
      });
    }
    for (;;) {
      error_code ec;
      while (!received.empty() && !parser.is_done() && !ec) {
        received.erase(0, parser.put(asio::buffer(received), ec));
      }
      if (parser.is_done()) co_return parser.release();
      if (ec && ec != http::error::need_more) co_return std::nullopt;
      const auto read = stream.read_some(buffer_);
      if (read.status == IoStatus::ok) {
        received.append(buffer_.data(), read.bytes);
        continue;
      }
      if (read.status == IoStatus::eof || read.status == IoStatus::error) co_return std::nullopt;
      if (co_await stream.wait(read.status == IoStatus::wants_write)) co_return std::nullopt;
    }
  }

  asio::awaitable<bool> answer(net::Stream& stream, const Request& request) {
    const auto method = request.method_string();
    const auto target = request.target();
    const Question question = read_question({method.data(), method.size()}, {target.data(), target.size()},
                                            field(request, "Authorization"), field(request, "api-key"),
                                            request.body(), options_.api_key);
    const std::string id = "sim-" + std::to_string(++answers_);
    if (question.error_status != 0) {
      const std::string body = error_answer(question.error_status, question.error);
      co_return co_await write_all(stream, response(question.error_status, id, body, request.keep_alive()));
    }
    if (options_.refuse_stream_options && !question.stream_options.empty()) {
      const std::string body = not_supported_answer("stream_options", question.stream_options);
      co_return co_await write_all(stream, response(422, id, body, request.keep_alive()));
    }
    const AnswerIds ids{id, static_cast<long>(std::time(nullptr))};
    std::optional<TruthLine> truth;
    if (truth_) truth.emplace(id, stream.arrival().at);
    std::optional<std::int64_t> whole_due;
    const bool sent = question.stream
                          ? co_await stream_answer(stream, question, ids, request.keep_alive(), truth)
                          : co_await whole_answer(stream, question, ids, request.keep_alive(), whole_due);
    if (sent && truth) truth_->add(truth->finish(stream.sent_at(), whole_due));
    co_return sent;
  }

  asio::awaitable<bool> whole_answer(net::Stream& stream, const Question& question, const AnswerIds& ids,
                                     bool keep_alive, std::optional<std::int64_t>& due) {
    const auto clock = model_->begin(question.tokens, stream.arrival().at);
    co_await clock->until(question.tokens);
    due = clock->due();
    const auto output = text_.first(question.tokens);
    const std::string body = simulator::whole_answer(options_.dialect, question.api, ids, output->text,
                                                     text_.count(question.prompt), question.tokens);
    co_return co_await write_all(stream, response(200, ids.id, body, keep_alive));
  }

  asio::awaitable<bool> stream_answer(net::Stream& stream, const Question& question, const AnswerIds& ids,
                                      bool keep_alive, std::optional<TruthLine>& truth) {
    const auto clock = model_->begin(question.tokens, stream.arrival().at);
    const auto output = text_.first(question.tokens);
    StreamEvents events(options_.dialect, question, ids);
    EventSender sender(stream, events_sent, truth);
    EventBatch batch;
    batch.bytes = stream_head(ids.id, keep_alive);
    events.open(batch);
    if (!co_await sender.send(batch)) co_return false;
    const std::size_t prompt_tokens = text_.count(question.prompt);
    const std::uint64_t per_write = std::uint64_t{options_.tokens_per_event} * options_.events_per_write;
    for (unsigned sent = 0; sent < question.tokens;) {
      const auto due = static_cast<unsigned>(std::min<std::uint64_t>(sent + per_write, question.tokens));
      co_await clock->until(due);
      while (sent < due) {
        const unsigned count = std::min(options_.tokens_per_event, due - sent);
        events.add_tokens(output->tokens(sent, count), count, batch);
        sent += count;
      }
      if (!co_await sender.send(batch, clock->due())) co_return false;
    }
    events.close(prompt_tokens, batch);
    co_return co_await sender.send(batch);
  }

  const SimulatorOptions options_;
  asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};  // one thread touches it
  net::Poller poller_{io_.get_executor()};
  net::ArrivalClock clock_;
  net::StampingKeeper stamping_;
  ServerTls tls_;
  OutputText text_;
  std::optional<TruthFile> truth_;
  std::unique_ptr<LatencyModel> model_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::uint64_t answers_ = 0;
  std::array<char, 16 * 1024> buffer_{};
  std::jthread thread_;
};

Simulator::Simulator(SimulatorOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Simulator::~Simulator() = default;
void Simulator::stop() {
  if (!impl_->stop()) throw std::runtime_error(impl_->truth_file() + ": write failed");
}
std::uint16_t Simulator::port() const { return impl_->port(); }
std::string Simulator::origin() const { return impl_->origin(); }
const std::string& Simulator::ca_pem() const { return impl_->ca_pem(); }
std::uint64_t Simulator::connections() const { return impl_->connections; }
std::uint64_t Simulator::requests() const { return impl_->requests; }
std::uint64_t Simulator::events() const { return impl_->events_sent; }
std::uint64_t Simulator::faults() const {
  return std::accumulate(impl_->faults.begin(), impl_->faults.end(), std::uint64_t{0});
}
std::uint64_t Simulator::faults(Fault fault) const { return impl_->faults[static_cast<std::size_t>(fault)]; }

}  // namespace llmload
