#include "llmload/simulator.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <thread>

#include "llmload/error.hpp"
#include "net/no_throw.hpp"
#include "net/start_thread.hpp"
#include "simulator/answers/answerer.hpp"
#include "simulator/faults/connection_faults.hpp"
#include "simulator/server/certificate.hpp"
#include "simulator/server/listener.hpp"
#include "simulator/server/received_requests.hpp"

namespace llmload {

namespace asio = boost::asio;
using namespace simulator;
using asio::ip::tcp;

namespace {

constexpr std::chrono::seconds truth_flushed_each{1};
constexpr std::chrono::milliseconds restart_pause{300};

SimulatorOptions checked(SimulatorOptions options) {
  if (options.tokens_per_event == 0 || options.events_per_write == 0) {
    throw InputError("the simulator sends at least one token an event, and one event a write");
  }
  if (options.tokens_per_minute == 0 || options.requests_per_minute == 0)
    throw InputError("a quota of the simulator is above 0, or not set");
  if (options.prefix_cache_blocks == 0) throw InputError("a prefix cache has at least one block");
  if (options.idle_close && options.idle_close->count() <= 0)
    throw InputError("the time that the simulator lets a connection idle is above 0, or not set");
  return options;
}

}  // namespace

class Simulator::Impl {
 public:
  explicit Impl(SimulatorOptions options)
      : received(options.keep_requests),
        options_(checked(std::move(options))),
        wants_headers_(options_.answer || options_.keep_requests > 0) {
    if (options_.tls) tls_ = make_server_tls();
    connection_faults_.emplace(options_.faults, options_.seed, tls_, counts);
    listener_.emplace(io_, options_, [this](tcp::socket socket) {
      const std::uint64_t before = counts.connections.fetch_add(1, std::memory_order_relaxed);
      asio::co_spawn(io_, serve(std::move(socket), before + 1), asio::detached);
    });
    if (!options_.truth_file.empty()) {
      truth_.emplace(options_.truth_file);
      asio::co_spawn(io_, flush_truth(), asio::detached);
    }
    answerer_.emplace(options_, io_.get_executor(), counts, truth_ ? &*truth_ : nullptr,
                      [this] { restart(); });
    FaultDraw refuses(options_.faults, {FaultLevel::listener}, options_.seed);
    if (refuses.draw([](Fault fault) { return fault == Fault::refused; }))
      counts.add(Fault::refused);
    else
      listener_->open();
    thread_ = net::start_thread("simulator", [this] { io_.run(); });
  }

  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// Of Answerer::thrown(), when it has stopped.
  [[nodiscard]] std::exception_ptr thrown() const { return answerer_->thrown(); }
  /// Why the truth file is not complete; "": it is.
  std::string stop() {
    if (thread_.joinable()) end_thread();
    if (!truth_) return "";
    truth_->close();
    return truth_->error();
  }
  [[nodiscard]] const std::string& truth_file() const { return options_.truth_file; }
  [[nodiscard]] std::uint16_t port() const { return listener_->port(); }
  [[nodiscard]] std::string origin() const {
    const bool v6 = options_.address.find(':') != std::string::npos;
    return (options_.tls ? "https://" : "http://") + (v6 ? '[' + options_.address + ']' : options_.address) +
           ':' + std::to_string(port());
  }
  [[nodiscard]] const std::string& ca_pem() const { return tls_.pem; }

  Counts counts;
  ReceivedRequests received;

 private:
  void end_thread() {
    asio::post(io_, [this] {
      for (ClientConnection* connection : open_) connection->stream().cancel();
      asio::post(io_, [this] { io_.stop(); });
    });
    thread_.join();
    // Who waits for a time, not for its client, is still there and goes with the io_context, after the
    // poller.
    for (ClientConnection* connection : open_) connection->stream().close();
  }

  void restart() {
    listener_->close_for(restart_pause);
    for (ClientConnection* connection : open_) connection->reset();
  }

  asio::awaitable<void> flush_truth() {
    asio::steady_timer timer(io_);
    for (;;) {
      timer.expires_after(truth_flushed_each);
      co_await timer.async_wait(net::no_throw);
      truth_->flush();
    }
  }

  asio::awaitable<void> serve(tcp::socket socket, std::uint64_t number) {
    ClientConnection connection(open_, poller_, clock_);
    if (!connection.adopt(std::move(socket))) co_return;
    if (!co_await connection_faults_->begin(connection)) co_return;
    for (bool kept = false;; kept = true) {
      auto request = co_await read_request(connection, options_.idle_close, wants_headers_);
      if (!request) co_return;
      request->connection = number;
      received.add(*request);
      counts.requests.fetch_add(1, std::memory_order_relaxed);
      if (!co_await answerer_->answer(connection, *request, kept) || !request->keep_alive) co_return;
    }
  }

  const SimulatorOptions options_;
  const bool wants_headers_;
  ClientConnections open_;
  asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};  // one thread touches it
  net::Poller poller_{io_.get_executor()};
  net::ArrivalClock clock_;
  net::StampingKeeper stamping_;
  ServerTls tls_;
  std::optional<TruthFile> truth_;
  std::optional<ConnectionFaults> connection_faults_;
  std::optional<Answerer> answerer_;
  std::optional<Listener> listener_;
  std::thread thread_;
};

Simulator::Simulator(SimulatorOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Simulator::~Simulator() = default;
Simulator::Simulator(Simulator&& other) noexcept = default;
Simulator& Simulator::operator=(Simulator&& other) noexcept = default;
void Simulator::stop() {
  const std::string error = impl_->stop();
  if (impl_->thrown()) std::rethrow_exception(impl_->thrown());
  if (!error.empty()) throw std::runtime_error(impl_->truth_file() + ": write failed: " + error);
}
std::uint16_t Simulator::port() const noexcept { return impl_->port(); }
std::string Simulator::origin() const { return impl_->origin(); }
const std::string& Simulator::ca_pem() const { return impl_->ca_pem(); }
std::vector<ReceivedRequest> Simulator::requests_received() const { return impl_->received.all(); }
std::uint64_t Simulator::connections() const noexcept { return impl_->counts.connections; }
std::uint64_t Simulator::requests() const noexcept { return impl_->counts.requests; }
std::uint64_t Simulator::events() const noexcept { return impl_->counts.events; }
std::uint64_t Simulator::faults() const noexcept {
  const auto& by_fault = impl_->counts.faults;
  return std::accumulate(by_fault.begin(), by_fault.end(), std::uint64_t{0});
}
std::uint64_t Simulator::faults(Fault fault) const noexcept {
  return impl_->counts.faults[static_cast<std::size_t>(fault)];
}

}  // namespace llmload
