#include "llmload/credentials.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace credentials_test {

using namespace llmload;

/// Gives what `next` is.
struct Given : Credentials {
  Key fetch(const std::stop_token& stop) override {
    ++asked;
    stopped = stop.stop_requested();
    return next;
  }
  Key next{"first"};
  int asked = 0;
  bool stopped = false;
};

TEST_CASE("a key is renewed once, whoever asks first, and all are remembered for the redactor") {
  Given given;
  CHECK(given.current() == nullptr);
  CHECK(given.renew(0));
  CHECK(given.current()->version == 1);
  CHECK_FALSE(given.renew(1));  // the same key again
  CHECK(given.current()->version == 1);
  given.next.value = "second";
  CHECK(given.renew(0));  // another thread has
  CHECK(given.current()->value == "first");
  CHECK(given.asked == 2);
  CHECK(given.renew(1));
  CHECK(given.current()->value == "second");
  CHECK(given.current()->version == 2);
  CHECK(*given.issued() == std::vector<std::string>{"first", "second"});
}

TEST_CASE("what is around a key is taken off: a server repeats it without") {
  Given given;
  given.next.value = " a-key\n";
  CHECK(given.renew(0));
  CHECK(given.current()->value == "a-key");
  CHECK(*given.issued() == std::vector<std::string>{"a-key"});
}

TEST_CASE("the last sixteen keys are remembered") {
  Given given;
  for (std::uint64_t i = 0; i < 17; ++i) {
    given.next.value = "key " + std::to_string(i);
    CHECK(given.renew(i));
  }
  CHECK(given.issued()->size() == 16);
  CHECK(given.issued()->front() == "key 1");
}

TEST_CASE("the same key with another end is no new one, and its end is known") {
  Given given;
  given.renew(0);
  CHECK_FALSE(given.current()->expires);
  given.next.expires = std::chrono::system_clock::time_point(std::chrono::hours{1});
  CHECK_FALSE(given.renew(1));
  CHECK(given.current()->expires == given.next.expires);
}

TEST_CASE("a key that can be in no header is an error, and the one before it stays") {
  Given given;
  given.renew(0);
  for (const char* wrong : {"", "two\r\nlines", "\x7f"}) {
    given.next.value = wrong;
    CHECK(has(error_of<std::runtime_error>([&] { given.renew(1); }), "control character"));
  }
  CHECK(given.current()->value == "first");
  given.next.value = "Bearer second";
  CHECK(given.renew(1));
}

TEST_CASE("a stop reaches who fetches a key") {
  std::stop_source stop;
  stop.request_stop();
  Given given;
  given.renew(0, stop.get_token());
  CHECK(given.stopped);
}

TEST_CASE("a function is credentials, and what it throws comes out as it is") {
  int calls = 0;
  const auto credentials = make_credentials([&calls](const std::stop_token&) -> Credentials::Key {
    if (++calls == 2) throw 7;
    return {"of a function"};
  });
  CHECK(credentials->renew(0));
  CHECK(credentials->current()->value == "of a function");
  CHECK_THROWS_AS(credentials->renew(1), int);
  CHECK(credentials->current()->version == 1);
  CHECK_THROWS_AS(make_credentials({}), InputError);
}

}  // namespace credentials_test
