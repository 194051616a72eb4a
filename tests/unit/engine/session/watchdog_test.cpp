#include "engine/session/watchdog.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>

#include "net/arrival_clock.hpp"
#include "support/catch.hpp"

namespace watchdog_test {

using namespace llmload;
using engine::Watchdog;
using net::monotonic_now;

constexpr std::chrono::milliseconds ms(1);
constexpr std::chrono::hours hour(1);
constexpr auto patience = std::chrono::seconds(60);  // a bound for a test that fails, never waited for

struct Dog {
  boost::asio::io_context io;
  int interrupts = 0;
  net::Time fired_at;
  Watchdog watchdog{io.get_executor(), [this] {
                      ++interrupts;
                      fired_at = monotonic_now();
                    }};
};

TEST_CASE("a deadline that passes interrupts once and says what it meant") {
  Dog dog;
  const auto at = monotonic_now() + 2 * ms;
  dog.watchdog.arm(at, Outcome::connect_timeout);
  CHECK_FALSE(dog.watchdog.expired());
  dog.io.run_for(patience);
  CHECK(dog.interrupts == 1);
  CHECK(dog.fired_at >= at);
  CHECK(dog.watchdog.expired() == Outcome::connect_timeout);
}

TEST_CASE("a deadline that is moved later does not fire early, and means the last arm") {
  Dog dog;
  const auto now = monotonic_now();
  for (int i = 1; i <= 5; ++i)
    dog.watchdog.arm(now + i * 2 * ms, i < 5 ? Outcome::tls_timeout : Outcome::total_timeout);
  dog.io.run_for(patience);
  CHECK(dog.interrupts == 1);
  CHECK(dog.fired_at >= now + 10 * ms);
  CHECK(dog.watchdog.expired() == Outcome::total_timeout);
}

TEST_CASE("a deadline that is moved earlier fires then, not at the old one") {
  Dog dog;
  dog.watchdog.arm(monotonic_now() + hour, Outcome::total_timeout);
  dog.watchdog.arm(monotonic_now() + ms, Outcome::tls_timeout);
  dog.io.run_for(patience);
  CHECK(dog.interrupts == 1);
  CHECK(dog.watchdog.expired() == Outcome::tls_timeout);
}

TEST_CASE("a deadline in the past fires at once") {
  Dog dog;
  dog.watchdog.arm(monotonic_now() - hour, Outcome::total_timeout);
  dog.io.run_for(patience);
  CHECK(dog.interrupts == 1);
}

TEST_CASE("a deadline that is taken back does not fire") {
  Dog dog;
  dog.watchdog.arm(monotonic_now() + ms, Outcome::total_timeout);
  dog.watchdog.disarm();
  dog.io.run_for(patience);  // ends when the timer that is left has fired
  CHECK(dog.interrupts == 0);
  CHECK_FALSE(dog.watchdog.expired());
}

TEST_CASE("a watchdog is armed again after it fired, and has forgotten it") {
  Dog dog;
  dog.watchdog.arm(monotonic_now(), Outcome::connect_timeout);
  dog.io.run_for(patience);
  dog.watchdog.arm(monotonic_now() + ms, Outcome::total_timeout);
  CHECK_FALSE(dog.watchdog.expired());
  dog.io.restart();
  dog.io.run_for(patience);
  CHECK(dog.interrupts == 2);
  CHECK(dog.watchdog.expired() == Outcome::total_timeout);
}

TEST_CASE("a watchdog that was taken back and armed later keeps the later deadline") {
  Dog dog;
  const auto now = monotonic_now();
  dog.watchdog.arm(now + ms, Outcome::connect_timeout);
  dog.watchdog.disarm();
  dog.watchdog.arm(now + 5 * ms, Outcome::total_timeout);
  dog.io.run_for(patience);
  CHECK(dog.interrupts == 1);
  CHECK(dog.fired_at >= now + 5 * ms);
}

TEST_CASE("a watchdog that is gone before its timer does not fire") {
  boost::asio::io_context io;
  int interrupts = 0;
  auto watchdog = std::make_unique<Watchdog>(io.get_executor(), [&] { ++interrupts; });
  watchdog->arm(monotonic_now(), Outcome::total_timeout);
  watchdog.reset();
  io.run_for(patience);
  CHECK(interrupts == 0);
}

}  // namespace watchdog_test
