#include "report/sink_errors.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace sink_errors_test {

using namespace llmload;
using report::SinkErrors;

template <class Error>
struct Broken : Sink {
  explicit Broken(Error e, std::string called = "") : error(e), own_name(std::move(called)) {}
  void on_stage(const Summary& /*summary*/) override { throw error; }
  [[nodiscard]] std::string name() const override { return own_name.empty() ? Sink::name() : own_name; }
  Error error;
  std::string own_name;
};

struct Counting : Sink {
  void on_record(const RequestRecord& /*record*/) override {
    throw std::runtime_error("record " + std::to_string(++calls) + " lost");
  }
  void on_stage(const Summary& /*summary*/) override {}
  int calls = 0;
};

/// A line for each output that was lost.
std::vector<std::string> texts(const RunResult& result) {
  std::vector<std::string> all;
  for (const LostOutput& lost : result.errors) all.push_back(lost.text());
  return all;
}

TEST_CASE("a sink that throws at every record is told once, by name, with its first reason and a count") {
  Counting sink;
  SinkErrors errors;
  RunResult result;
  errors.tell(result, sink, [&] { sink.on_record({}); });
  CHECK(texts(result) == std::vector<std::string>{"sink_errors_test::Counting: record 1 lost"});
  for (int i = 1; i < 100'000; ++i) errors.tell(result, sink, [&] { sink.on_record({}); });
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0] == LostOutput{"sink_errors_test::Counting", "record 1 lost", 99'999});
  CHECK(texts(result) == std::vector<std::string>{
                             "sink_errors_test::Counting: record 1 lost; 99999 more of its calls failed"});
}

TEST_CASE("each sink of a tee, also of one in another, has its own entry") {
  Broken<std::string> text("odd", "first"), fine("odd", "second");
  Broken<int> number(1, "third");
  TeeSink inner({&fine, &number}), outer({&text, &inner});
  SinkErrors errors;
  RunResult result;
  for (int i = 0; i < 3; ++i) errors.tell(result, outer, [&] { outer.on_stage({}); });
  const std::string rest = ": threw what is no std::exception; 2 more of its calls failed";
  CHECK(texts(result) == std::vector<std::string>{"first" + rest, "second" + rest, "third" + rest});
}

TEST_CASE("a reason that begins with its output's name does not repeat it") {
  Broken<std::runtime_error> sink(std::runtime_error("m.csv: write failed"), "m.csv");
  SinkErrors errors;
  RunResult result;
  errors.tell(result, sink, [&] { sink.on_stage({}); });
  CHECK(texts(result) == std::vector<std::string>{"m.csv: write failed"});
}

TEST_CASE("a sink whose name throws is told all the same") {
  struct Nameless : Sink {
    void on_stage(const Summary& /*summary*/) override { throw 1; }
    [[nodiscard]] std::string name() const override { throw 2; }
  } sink;
  SinkErrors errors;
  RunResult result;
  errors.tell(result, sink, [&] { sink.on_stage({}); });
  CHECK(texts(result) == std::vector<std::string>{"a sink: threw what is no std::exception"});
}

TEST_CASE("a lost output keeps the first exception, of whatever type, also behind a tee") {
  Broken<int> number(42, "mine");
  TeeSink tee({&number});
  SinkErrors errors;
  RunResult result;
  for (int i = 0; i < 2; ++i) errors.tell(result, tee, [&] { tee.on_stage({}); });
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].sink == "mine");
  CHECK(result.errors[0].more == 1);
  REQUIRE(result.errors[0].exception);
  int thrown = 0;
  try {
    std::rethrow_exception(result.errors[0].exception);
  } catch (int e) {
    thrown = e;
  }
  CHECK(thrown == 42);
}

TEST_CASE("what was lost is noted once, by its line") {
  RunResult result;
  result.errors = {{"", "m.csv: write failed"}};
  report::note_lost(result, {"m.csv", "write failed"});
  report::note_lost(result, {"m.csv", "close failed"});
  CHECK(texts(result) == std::vector<std::string>{"m.csv: write failed", "m.csv: close failed"});
}

TEST_CASE("an entry that a later reading of the result kept goes on to count") {
  Counting sink;
  SinkErrors errors;
  RunResult result;
  errors.tell(result, sink, [&] { sink.on_record({}); });
  RunResult later;
  later.errors = {{"", "an older one"}};
  for (const LostOutput& lost : result.errors) report::note_lost(later, lost);
  errors.tell(later, sink, [&] { sink.on_record({}); });
  REQUIRE(later.errors.size() == 2);
  CHECK(later.errors[1].text() == "sink_errors_test::Counting: record 1 lost; 1 more of its calls failed");
}

}  // namespace sink_errors_test
