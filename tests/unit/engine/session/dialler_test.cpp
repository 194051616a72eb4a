#include "engine/session/dialler.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "net/arrival_clock.hpp"
#include "net/no_throw.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace dialler_test {

namespace asio = boost::asio;
using namespace llmload;
using boost::system::error_code;
using engine::Dialler;
using engine::Failure;
using engine::Waiting;
using net::IoResult;
using net::IoStatus;

constexpr auto patience = std::chrono::seconds(60);  // a bound for a test that fails, never waited for

/// Does what a script says. A step that is to hang waits for cancel().
struct ScriptedTransport final : net::Transport {
  explicit ScriptedTransport(asio::io_context& io) : never(io) {}

  asio::awaitable<error_code> connect(asio::ip::tcp::endpoint address) override {
    dialled.push_back(net::describe(address));
    const auto result = connects.front();
    connects.pop_front();
    if (result) co_return *result;
    co_return co_await hang();
  }
  asio::awaitable<bool> handshake(net::SslPtr /*ssl*/, bool /*as_server*/) override {
    if (secures) co_return true;
    co_await hang();
    co_return false;
  }
  IoResult read_some(std::span<char> buffer) override {
    if (reads.empty()) return {IoStatus::wants_read, 0};
    const auto [status, bytes] = reads.front();
    reads.pop_front();
    std::ranges::copy(bytes, buffer.begin());
    return {status, bytes.size()};
  }
  IoResult write_some(std::string_view data) override {
    if (broken) return {IoStatus::error, 0};
    const std::size_t taken = std::min(data.size(), room);
    written += data.substr(0, taken);
    room -= taken;
    return {taken == 0 ? IoStatus::wants_write : IoStatus::ok, taken};
  }
  asio::awaitable<error_code> wait(bool or_writable) override {
    waits += or_writable ? 'w' : 'r';
    if (or_writable) room = 10'000;
    if (or_writable || !reads.empty()) co_return error_code();
    co_return co_await hang();
  }
  const std::string& error() const override { return why; }
  void cancel() override { never.cancel(); }

  asio::awaitable<error_code> hang() {
    if (on_hang) on_hang();
    never.expires_after(patience);
    const auto result = co_await never.async_wait(net::no_throw);
    co_return std::get<0>(result);
  }

  std::deque<std::optional<error_code>> connects;  // nothing: it hangs
  std::deque<std::pair<IoStatus, std::string>> reads;
  std::size_t room = 10'000;
  bool broken = false, secures = true;
  std::string why = "it broke";
  std::function<void()> on_hang;

  std::vector<std::string> dialled;
  std::string written, waits;
  asio::steady_timer never;
};

struct Dial {
  explicit Dial(const std::string& url = "https://example.org/v1/chat/completions")
      : plan(test::plan_for(url, {{}})) {
    waiting.attend(&transport);
  }

  using Step = asio::awaitable<std::optional<Failure>>;
  std::optional<Failure> finish(Step step) {
    std::optional<Failure> failure;
    bool ended = false;
    asio::co_spawn(io, std::move(step), [&](const std::exception_ptr& error, std::optional<Failure> result) {
      if (error) std::rethrow_exception(error);
      failure = std::move(result);
      ended = true;
      io.stop();  // the timer of a limit that did not pass is still there
    });
    io.run_for(patience);
    io.restart();
    REQUIRE(ended);
    return failure;
  }
  std::optional<Failure> dial() { return finish(dialler().dial(addresses, good)); }
  std::optional<Failure> tunnel() { return finish(dialler().tunnel(buffer)); }
  std::optional<Failure> secure() {
    return finish(dialler().secure(tls.connection(plan.endpoints[0].host, "443")));
  }
  Dialler& dialler() { return made.emplace(transport, waiting, plan, plan.endpoints[0], deadline); }
  void through_a_proxy() { plan.endpoints[0].proxy = Proxy{"proxy", "3128", {}}; }

  asio::io_context io;
  Plan plan;
  ScriptedTransport transport{io};
  Waiting waiting{io.get_executor()};
  net::TlsContext tls{nullptr, false};
  net::Addresses addresses{
      {{asio::ip::make_address("10.0.0.1"), 443}, {asio::ip::make_address("10.0.0.2"), 443}}, ""};
  std::size_t good = 0;
  net::Time deadline = net::monotonic_now() + std::chrono::hours(1);
  std::vector<char> buffer = std::vector<char>(1'000);
  std::optional<Dialler> made;
};

const error_code refused = asio::error::connection_refused;

TEST_CASE("an address that answers is the first to be tried the next time") {
  Dial dial;
  dial.transport.connects = {refused, error_code()};
  CHECK_FALSE(dial.dial());
  CHECK(dial.transport.dialled == std::vector<std::string>{"10.0.0.1:443", "10.0.0.2:443"});
  CHECK(dial.good == 1);
}

TEST_CASE("where no address answers the last one's reason is told") {
  Dial dial;
  dial.transport.connects = {refused, asio::error::host_unreachable};
  const auto failure = dial.dial();
  REQUIRE(failure);
  CHECK(failure->outcome == Outcome::connect_failed);
  CHECK(failure->reason == "10.0.0.2:443: No route to host");
}

TEST_CASE("an address that takes too long gives way to the next, within the limit of each") {
  Dial dial;
  dial.plan.timeouts.connect = std::chrono::milliseconds(1);
  dial.transport.connects = {{}, {}};
  const auto failure = dial.dial();
  REQUIRE(failure);
  CHECK(failure->outcome == Outcome::connect_timeout);
  CHECK(failure->reason == "10.0.0.2:443: no connection within 0.001 s");
  CHECK(dial.transport.dialled.size() == 2);
}

TEST_CASE("the attempt's own deadline ends the dialling") {
  Dial dial;
  dial.deadline = net::monotonic_now();
  dial.transport.connects = {{}, {}};
  CHECK(dial.dial()->outcome == Outcome::total_timeout);
  CHECK(dial.transport.dialled.size() == 1);
}

TEST_CASE("a cancelled session dials no further") {
  Dial dial;
  dial.transport.connects = {{}, error_code()};
  dial.transport.on_hang = [&] { asio::post(dial.io, [&] { dial.waiting.cancel(); }); };
  CHECK(dial.dial()->outcome == Outcome::cancelled);
  CHECK(dial.transport.dialled.size() == 1);
}

TEST_CASE("a key in the open is not sent to an address that a name led to") {
  Dial dial("http://localhost/v1/chat/completions");
  const auto failure = dial.dial();
  CHECK(failure->outcome == Outcome::connect_failed);
  CHECK(dial.transport.dialled.empty());
}

TEST_CASE("a tunnel is asked for, and is there with the end of the proxy's header") {
  Dial dial;
  dial.through_a_proxy();
  dial.transport.reads = {{IoStatus::ok, "HTTP/1.1 200 Connection "}, {IoStatus::ok, "established\r\n\r\n"}};
  CHECK_FALSE(dial.tunnel());
  CHECK(dial.transport.written.starts_with("CONNECT example.org:443 HTTP/1.1\r\n"));
}

TEST_CASE("a tunnel's request that does not go out at once waits for room") {
  Dial dial;
  dial.through_a_proxy();
  dial.transport.room = 5;
  dial.transport.reads = {{IoStatus::wants_read, ""}, {IoStatus::ok, "HTTP/1.1 200 OK\r\n\r\n"}};
  CHECK_FALSE(dial.tunnel());
  CHECK(dial.transport.waits == "w");
  CHECK(dial.transport.written.ends_with("\r\n\r\n"));
}

TEST_CASE("a proxy that opens no tunnel says why it failed") {
  struct Row {
    std::deque<std::pair<IoStatus, std::string>> reads;
    bool broken;
    std::string reason;
  };
  const std::vector<Row> rows = {{{{IoStatus::ok, "HTTP/1.1 407 Authenticate\r\n\r\n"}}, false, "407"},
                                 {{{IoStatus::eof, ""}}, false, "the proxy closed the connection"},
                                 {{{IoStatus::error, ""}}, false, "it broke"},
                                 {{{IoStatus::error, ""}}, true, "it broke"},
                                 {std::deque(40, std::pair(IoStatus::ok, std::string(1'000, 'x'))), false,
                                  "the proxy's answer has no end"}};
  for (const Row& row : rows) {
    CAPTURE(row.reason);
    Dial dial;
    dial.through_a_proxy();
    dial.transport.reads = row.reads;
    dial.transport.broken = row.broken;
    const auto failure = dial.tunnel();
    REQUIRE(failure);
    CHECK(failure->outcome == Outcome::connect_failed);
    CHECK(failure->reason.find(row.reason) != std::string::npos);
  }
}

TEST_CASE("a proxy that says nothing is waited for until the limit") {
  Dial dial;
  dial.through_a_proxy();
  dial.waiting.arm({net::monotonic_now(), Outcome::total_timeout});
  CHECK(dial.tunnel()->outcome == Outcome::total_timeout);
}

TEST_CASE("a handshake is within its limit") {
  Dial dial;
  CHECK_FALSE(dial.secure());
  dial.plan.timeouts.tls = std::chrono::milliseconds(1);
  dial.transport.secures = false;
  const auto failure = dial.secure();
  REQUIRE(failure);
  CHECK(failure->outcome == Outcome::tls_timeout);
  CHECK(failure->reason == "the TLS handshake did not end within 0.001 s");
}

TEST_CASE("a name that no certificate can carry is no endpoint for TLS") {
  Dial dial;
  CHECK(dial.finish(dial.dialler().secure(nullptr))->outcome == Outcome::tls_failed);
}

}  // namespace dialler_test
