#include "llmload/key_command.hpp"

#include <stdexcept>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace key_command_test {

using namespace llmload;

KeyCommand shell(const std::string& command) { return KeyCommand({"/bin/sh", "-c", command}); }

Credentials::Key key_of(const std::string& command) {
  KeyCommand key{{"/bin/sh", "-c", command}};
  key.renew(0);
  return *key.current();
}

std::string error_of_command(const std::string& command) {
  return error_of<std::runtime_error>([&] { (void)key_of(command); });
}

std::int64_t seconds_of(const Credentials::Key& key) {
  return std::chrono::duration_cast<std::chrono::seconds>(key.expires.value().time_since_epoch()).count();
}

TEST_CASE("a command prints the key, with white space around it") {
  CHECK(key_of("printf ' abc-123\\n'").value == "abc-123");
  CHECK_FALSE(key_of("echo abc").expires);
  CHECK(key_of(R"(printf '\357\273\277abc \r\n')").value == "abc");
  CHECK(key_of(R"(echo '{"token": " abc "}')").value == "abc");
  CHECK(key_of("echo '\"quoted-key\"'").value == "quoted-key");
}

TEST_CASE("or JSON with it, and with its end") {
  const auto key = key_of(R"(echo '{"accessToken": "t1", "expires_on": 2000000000, "tokenType": "Bearer"}')");
  CHECK(key.value == "t1");
  CHECK(seconds_of(key) == 2'000'000'000);
  CHECK(seconds_of(key_of(R"(echo '{"access_token": "t2", "expires_on": "2000000001"}')")) == 2'000'000'001);
  const auto lasting = key_of(R"(echo '{"token": "t3", "expires_in": 3600}')");
  CHECK(lasting.value == "t3");
  CHECK(lasting.expires.value() > std::chrono::system_clock::now() + std::chrono::minutes{59});
}

TEST_CASE("a JWT says itself when it ends") {
  // {"alg":"none"} . {"exp":2000000000,"sub":"a"}
  CHECK(seconds_of(key_of("echo eyJhbGciOiJub25lIn0.eyJleHAiOjIwMDAwMDAwMDAsInN1YiI6ImEifQ.c2ln")) ==
        2'000'000'000);
  CHECK_FALSE(key_of("echo a.b.c").expires);
}

TEST_CASE("a command that runs is ended with what it started when that is asked for") {
  std::stop_source stop;
  stop.request_stop();
  KeyCommand command = shell("sleep 60 | cat; echo key");
  CHECK(has(error_of<std::runtime_error>([&] { (void)command.renew(0, stop.get_token()); }), "interrupted"));
}

TEST_CASE("a command that gives no key is an error without what it printed") {
  CHECK(has(error_of_command("exit 3"), "it exits with 3"));
  CHECK(has(error_of_command("kill -9 $$"), "signal 9"));
  CHECK(has(error_of_command("true"), "prints nothing"));
  CHECK(has(error_of_command("echo '{\"error\": \"secret-word\"}'"), "is no key"));
  CHECK_FALSE(has(error_of_command("echo two secret-words"), "secret-words"));
  CHECK(has(error_of<std::runtime_error>([] { KeyCommand({"/no/such/program"}).renew(0); }), "No such file"));
  CHECK_THROWS_AS(KeyCommand(std::vector<std::string>{}), InputError);
}

}  // namespace key_command_test
