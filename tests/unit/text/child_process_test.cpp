#include "text/child_process.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace child_process_test {

using namespace llmload;
using text::ChildProcess;

std::vector<std::string> shell_words(const std::string& command) { return {"sh", "-c", command}; }

void no_check() {}

TEST_CASE("what a child prints is read to its end, and it has no input") {
  ChildProcess child("sh", shell_words("cat; echo one; echo two"));
  CHECK(child.read_all(100, no_check) == "one\ntwo\n");
  CHECK_NOTHROW(child.require_success(no_check));
}

TEST_CASE("a child that prints too much is read no further") {
  ChildProcess child("sh", shell_words("echo 0123456789; sleep 60"));
  CHECK(child.read_all(5, no_check).size() > 5);
}

TEST_CASE("how a child ended is told where it is no success") {
  const auto ending = [](const std::string& command) {
    ChildProcess child("/bin/sh", shell_words(command));
    return error_of<std::runtime_error>([&child] { child.require_success(no_check); });
  };
  CHECK(ending("true").empty());
  CHECK(ending("exit 3") == "it exits with 3");
  CHECK(ending("kill -9 $$") == "it was ended by signal 9");
}

TEST_CASE("a child that serves is read line by line, and ends when it is told to") {
  const std::string serve = "trap 'exit 0' TERM; echo ready; echo set; while :; do sleep 0.01; done";
  ChildProcess child("sh", shell_words(serve));
  CHECK(child.read_line() == "ready");
  CHECK(child.read_line() == "set");
  CHECK(child.stop());
  CHECK_FALSE(child.stop());
  ChildProcess untrapped("sh", shell_words("echo ready; exec sleep 60"));
  CHECK(untrapped.read_line() == "ready");
  CHECK_FALSE(untrapped.stop());
}

TEST_CASE("a child that can't be started is an error with the system's reason") {
  CHECK(error_of<std::runtime_error>([] { ChildProcess("/no/such/program", {"it"}); }) ==
        "No such file or directory");
}

TEST_CASE("what the check throws ends the wait for a child, and the child with all that it started") {
  struct Enough {};
  const auto impatient = [looks = 0]() mutable {
    if (++looks == 2) throw Enough();
  };
  // The pipe is open as long as one of them lives: were they not ended, this would last a minute.
  const std::string two = "sleep 60 & sleep 60";
  CHECK_THROWS_AS(ChildProcess("sh", shell_words(two)).read_all(1, impatient), Enough);
  CHECK_THROWS_AS(ChildProcess("sh", shell_words(two)).require_success(impatient), Enough);
}

}  // namespace child_process_test
