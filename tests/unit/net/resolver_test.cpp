#include "net/resolver.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace resolver_test {

using namespace llmload;
using boost::asio::ip::make_address;

bool is_loopback(const char* address) { return net::is_loopback({make_address(address), 80}); }

TEST_CASE("an address is loopback in each of its forms") {
  for (const char* address : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    INFO(address);
    CHECK(is_loopback(address));
  }
  for (const char* address :
       {"10.9.9.9", "128.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.9.9.9", "fe80::1"}) {
    INFO(address);
    CHECK_FALSE(is_loopback(address));
  }
}

/// A way to look up that waits to be let go, counts, and finds one address or none. Shared with a thread that
/// may outlive the test.
struct Slow {
  net::Addresses operator()() {
    std::unique_lock lock(mutex);
    ++calls;
    changed.notify_all();
    changed.wait(lock, [this] { return released; });
    return finds ? net::Addresses{{{make_address("127.0.0.1"), 80}}, ""} : net::Addresses{{}, "nowhere"};
  }
  void wait_for_call() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return calls > 0; });
  }
  void release() {
    const std::scoped_lock lock(mutex);
    released = true;
    changed.notify_all();
  }
  std::mutex mutex;
  std::condition_variable changed;
  int calls = 0;
  bool released = false, finds = true;
};

net::Resolver::LookUp way_of(const std::shared_ptr<Slow>& slow) {
  return [slow](const std::string&, const std::string&) { return (*slow)(); };
}

TEST_CASE("a stop ends the wait for a look-up that hangs, and so does the Resolver's end") {
  const auto slow = std::make_shared<Slow>();
  {
    net::Resolver resolver(2, way_of(slow));
    std::stop_source stop;
    std::thread stopper([&] {
      slow->wait_for_call();
      stop.request_stop();
    });
    CHECK(resolver.wait_for("x", "80", stop.get_token()).error == "x: the run was interrupted");
    stopper.join();
    CHECK(resolver.wait_for("x", "80", stop.get_token()).list.empty());
  }
  slow->release();  // its thread lets go of what it shares with us
}

TEST_CASE("a question that is not wanted any more is not answered") {
  const auto slow = std::make_shared<Slow>();
  net::Resolver resolver(1, way_of(slow));
  bool answered = false;
  auto question = resolver.ask("x", "80", [&answered](const net::Addresses&) { answered = true; });
  slow->wait_for_call();
  question.reset();
  slow->release();
  CHECK(resolver.wait_for("x", "80", {}).list.size() == 1);  // behind it, on the one thread
  CHECK_FALSE(answered);
}

TEST_CASE("a look-up that failed answers those that come with it, and one that went well does not") {
  for (const bool finds : {false, true}) {
    const auto slow = std::make_shared<Slow>();
    slow->finds = finds;
    net::Resolver resolver(1, way_of(slow));
    std::atomic<int> answers{0};
    std::vector<std::unique_ptr<net::Resolver::Question>> questions;
    for (int i = 0; i < 20; ++i)
      questions.push_back(resolver.ask("x", "80", [&answers](const net::Addresses&) { ++answers; }));
    slow->release();
    CHECK(resolver.wait_for("x", "80", {}).error == (finds ? "" : "nowhere"));
    CHECK(answers == 20);
    CHECK(slow->calls == (finds ? 21 : 1));
  }
}

TEST_CASE("what a look-up throws is its answer") {
  net::Resolver resolver(1, [](const std::string&, const std::string&) -> net::Addresses { throw 1; });
  CHECK(resolver.wait_for("x", "80", {}).error == "x: can't be looked up");
}

}  // namespace resolver_test
