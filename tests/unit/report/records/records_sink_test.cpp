#include <sys/resource.h>

#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <fstream>
#include <string>

#include "llmload/error.hpp"
#include "llmload/replay.hpp"
#include "llmload/report.hpp"
#include "llmload/version.hpp"
#include "support/catch.hpp"
#include "text/read_file.hpp"
#include "unit/report/sample_records.hpp"
#include "unit/report/sample_summary.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace records_sink_test {

using namespace llmload;
using report_test::answered;
using report_test::full_record;
using report_test::full_summary;
namespace json = boost::json;

struct File {
  tokenize::TemporaryDirectory folder;
  std::string path = (folder.path() / "records.jsonl").string();
  RecordsSink sink{path};
  [[nodiscard]] std::string read() const { return text::read_file(path); }
};

RunHeader run_header() {
  Plan p;
  p.api_key = Secret("sk-secret-key");
  p.extra_headers = {{"x-a", "header-secret"}};
  p.stages = {{ClosedLoop{64}, 64}, {ClosedLoop{2}, {}, std::chrono::seconds{3}}};
  p.cores = 2;
  p.parameters_json = R"({"MAX_NEW_TOKEN":256,"API_KEY":"[redacted]"})";
  p.warnings = {"a \"warning\""};
  return header_of(p);
}

json::value last_line(std::string text) {
  text.pop_back();
  return json::parse(text.substr(text.rfind('\n') + 1));
}

/// The soft limit of a file's size, as a full disk: a write ends in the middle. Lifted at the end.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &before_); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit before_{};
};

TEST_CASE("each line is in the file when its call returns") {
  File file;
  file.sink.on_start(run_header());
  const auto header = last_line(file.read());
  CHECK(header.at("type") == "header");
  CHECK(header.at("llmload").as_string() == version());
  CHECK(header.at("plan").at("parameters").at("MAX_NEW_TOKEN") == 256);
  CHECK(header.at("plan").at("stages").at(1).at("duration_ns") == 3'000'000'000);
  CHECK(header.at("plan").at("stages").at(1).at("requests") == 0);
  CHECK(header.at("plan").at("stages").at(0).at("duration_ns") == 0);
  CHECK(header.at("plan").at("cores") == 2);
  CHECK(header.at("simulated") == false);
  file.sink.on_stage_begin({0, std::chrono::steady_clock::time_point(std::chrono::nanoseconds(5)), "then"});
  const auto begin = last_line(file.read());
  CHECK(begin.at("type") == "stage_begin");
  CHECK(begin.at("stage") == 0);
  CHECK(begin.at("started_at_ns") == 5);
  CHECK(begin.at("started_at_utc") == "then");
  file.sink.on_record(full_record());
  CHECK(last_line(file.read()).at("done_ns") == INT64_C(1) << 60);
  file.sink.on_stage(full_summary());
  const auto stage = last_line(file.read());
  CHECK(stage.at("type") == "stage");
  CHECK(stage.at("stage") == 0);
  CHECK(stage.at("begun") == 64);
  CHECK(stage.at("ok") == 62);
  CHECK(stage.at("wall_seconds") == 0.44);
  file.sink.on_record({});
  CHECK(last_line(file.read()).at("stage") == 1);
  RunResult result;
  result.errors = {{"", "the CSV is lost"}};
  file.sink.on_end(result);
  const auto end = last_line(file.read());
  CHECK(end.at("type") == "end");
  CHECK(end.at("errors") == json::array({"the CSV is lost"}));
  const std::string all = file.read();
  CHECK(std::ranges::count(all, '\n') == 6);
}

TEST_CASE("what an open loop does not limit is 0 in the header") {
  File file;
  RunHeader header;
  header.stages = {{OpenLoop{.pacer = make_constant_pacer(1)}}};
  file.sink.on_start(header);
  const auto stage = last_line(file.read()).at("plan").at("stages").at(0);
  for (const char* limit : {"concurrency", "requests", "duration_ns", "rate", "connections"}) {
    INFO(limit);
    CHECK(stage.at(limit).to_number<double>() == 0);
  }
}

TEST_CASE("records that serve a second run begin anew, also where the first one had no end") {
  File file;
  file.sink.on_start(run_header());
  file.sink.on_stage(full_summary());
  file.sink.on_record({});
  file.sink.on_start(run_header());
  CHECK_FALSE(file.sink.written());
  file.sink.on_record({});
  CHECK(last_line(file.read()).at("stage") == 0);
  file.sink.on_end({});
  CHECK(file.sink.written());
  const std::string all = file.read();
  CHECK(std::ranges::count(all, '\n') == 3);
  file.sink.on_start(run_header());
  CHECK_FALSE(file.sink.written());
}

TEST_CASE("neither the key nor a header is in the records of a run") {
  File file;
  file.sink.on_start(run_header());
  CHECK_FALSE(has(file.read(), "sk-secret-key"));
  CHECK_FALSE(has(file.read(), "header-secret"));
}

TEST_CASE("a plan that keeps no text leaves it out of the records") {
  File file;
  auto h = run_header();
  h.record_text = false;
  file.sink.on_start(h);
  file.sink.on_record(full_record());
  CHECK_FALSE(last_line(file.read()).as_object().contains("output"));
}

TEST_CASE("records of an earlier run stay until the next one starts") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = folder.write("records.jsonl", "earlier");
  RecordsSink sink(path);
  CHECK(text::read_file(path) == "earlier");
  sink.on_start(run_header());
  CHECK_FALSE(sink.written());
  sink.on_end({});
  CHECK(sink.written());
  CHECK_FALSE(has(text::read_file(path), "earlier"));
}

TEST_CASE("records that can't be written are refused at once, those that are lost later throw once") {
  CHECK(has(error_of<InputError>([] { RecordsSink sink("/nowhere/r.jsonl"); }), "/nowhere/r.jsonl"));
  RecordsSink full("/dev/full");
  CHECK(has(error_of([&] { full.on_start(run_header()); }),
            "/dev/full: write failed: No space left on device"));
  CHECK_NOTHROW(full.on_record({}));
  CHECK_NOTHROW(full.on_stage(full_summary()));
  CHECK_NOTHROW(full.on_end({}));
  CHECK_FALSE(full.written());
}

TEST_CASE("nothing follows the half line that a full disk left") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "records.jsonl").string();
  std::size_t room = 0;
  {
    RecordsSink sink(path);
    sink.on_start(run_header());
    sink.on_record(answered(0, 100, 2));
    room = text::read_file(path).size() + 10;
    {
      const SmallDisk disk(room);
      CHECK(has(error_of([&] { sink.on_record(answered(1, 100, 2)); }), "write failed"));
    }
    sink.on_record(answered(2, 100, 2));
    sink.on_stage(full_summary());
    sink.on_end({});
  }
  CHECK(text::read_file(path).size() == room);
}

}  // namespace records_sink_test
