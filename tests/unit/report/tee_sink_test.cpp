#include <stdexcept>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "llmload/sink.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace tee_sink_test {

using namespace llmload;

struct Counting : Sink {
  void on_start(const RunHeader&) override { ++starts; }
  void on_stage(const Summary& s) override { levels.push_back(*s.stage.concurrency()); }
  void on_end(const RunResult&) override { ++ends; }
  int starts = 0, ends = 0;
  std::vector<unsigned> levels;
};

template <class Error>
struct Throwing : Sink {
  explicit Throwing(Error e) : error(std::move(e)) {}
  void on_start(const RunHeader&) override { throw error; }
  void on_stage(const Summary&) override { throw error; }
  void on_end(const RunResult&) override { throw error; }
  Error error;
};

Summary level(unsigned n) {
  Summary s;
  s.stage.loop = ClosedLoop{n};
  return s;
}

TEST_CASE("all sinks of a tee get every call, in their order") {
  Counting a, b;
  TeeSink tee({&a, &b});
  tee.on_start({});
  tee.on_stage(level(1));
  tee.on_stage(level(2));
  tee.on_end({});
  for (const Counting* sink : {&a, &b}) {
    CHECK(sink->starts == 1);
    CHECK(sink->ends == 1);
    CHECK(sink->levels == std::vector<unsigned>{1, 2});
  }
}

TEST_CASE("a tee reads the texts of answers where one of its sinks does") {
  struct Blind : Counting {
    [[nodiscard]] bool reads_texts() const override { return false; }
  } blind, blind_too;
  Counting reader;
  CHECK_FALSE(TeeSink({&blind, &blind_too}).reads_texts());
  CHECK(TeeSink({&blind, &reader}).reads_texts());
}

TEST_CASE("a sink that throws does not keep the others from their call, and its error is told") {
  Counting before, after;
  Throwing<std::runtime_error> first(std::runtime_error("disk full")),
      second(std::runtime_error("pipe closed"));
  TeeSink tee({&before, &first, &second, &after});
  const std::string name = "tee_sink_test::Throwing<std::runtime_error>: ";
  const std::string told = name + "disk full; " + name + "pipe closed";
  CHECK(error_of([&] { tee.on_start({}); }) == told);
  CHECK(error_of([&] { tee.on_stage(level(3)); }) == told);
  CHECK(error_of([&] { tee.on_end({}); }) == told);
  for (const Counting* sink : {&before, &after}) {
    CHECK(sink->starts == 1);
    CHECK(sink->levels == std::vector<unsigned>{3});
    CHECK(sink->ends == 1);
  }
}

TEST_CASE(
    "a sink that throws something that is no std::exception does not keep the others from their call "
    "either") {
  Counting after;
  Throwing<int> odd(42);
  TeeSink tee({&odd, &after});
  CHECK_THROWS(tee.on_stage(level(1)));
  CHECK(after.levels.size() == 1);
}

TEST_CASE("a tee with a sink that is null is refused where it is made") {
  Counting a;
  CHECK(error_of<InputError>([&] { TeeSink({&a, nullptr}); }) == "sink 1 of a TeeSink is null");
}

TEST_CASE("a tee of nothing does nothing") {
  TeeSink tee({});
  tee.on_stage(level(1));
  tee.on_end({});
  SUCCEED();
}

}  // namespace tee_sink_test
