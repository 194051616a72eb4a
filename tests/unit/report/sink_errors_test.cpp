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

TEST_CASE("a sink that throws at every record is told once, by name, with its first reason and a count") {
  Counting sink;
  SinkErrors errors;
  RunResult result;
  errors.tell(result, sink, [&] { sink.on_record({}); });
  CHECK(result.errors == std::vector<std::string>{"sink_errors_test::Counting: record 1 lost"});
  for (int i = 1; i < 100'000; ++i) errors.tell(result, sink, [&] { sink.on_record({}); });
  CHECK(result.errors == std::vector<std::string>{
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
  CHECK(result.errors == std::vector<std::string>{"first" + rest, "second" + rest, "third" + rest});
}

TEST_CASE("a reason that begins with its output's name does not repeat it") {
  Broken<std::runtime_error> sink(std::runtime_error("m.csv: write failed"), "m.csv");
  SinkErrors errors;
  RunResult result;
  errors.tell(result, sink, [&] { sink.on_stage({}); });
  CHECK(result.errors == std::vector<std::string>{"m.csv: write failed"});
}

TEST_CASE("a sink whose name throws is told all the same") {
  struct Nameless : Sink {
    void on_stage(const Summary& /*summary*/) override { throw 1; }
    [[nodiscard]] std::string name() const override { throw 2; }
  } sink;
  SinkErrors errors;
  RunResult result;
  errors.tell(result, sink, [&] { sink.on_stage({}); });
  CHECK(result.errors == std::vector<std::string>{"a sink: threw what is no std::exception"});
}

TEST_CASE("an entry that a later reading of the result kept goes on to count") {
  Counting sink;
  SinkErrors errors;
  RunResult result;
  errors.tell(result, sink, [&] { sink.on_record({}); });
  RunResult later;
  later.errors = {"an older one"};
  for (const std::string& lost : result.errors) report::note_lost(later, lost);
  errors.tell(later, sink, [&] { sink.on_record({}); });
  REQUIRE(later.errors.size() == 2);
  CHECK(later.errors[1] == "sink_errors_test::Counting: record 1 lost; 1 more of its calls failed");
}

}  // namespace sink_errors_test
