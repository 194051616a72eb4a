#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "report/summary_json.hpp"
#include "support/catch.hpp"
#include "unit/report/sample_records.hpp"
#include "unit/report/sample_summary.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace html_sink_test {

using namespace llmload;
using report_test::failed_summary;
using report_test::full_summary;
namespace json = boost::json;

struct File {
  tokenize::TemporaryDirectory folder;
  std::string path = (folder.path() / "report.html").string();
  HtmlSink sink{path};
  [[nodiscard]] std::string read() const {  // text::read_file() refuses a page
    std::ifstream stream(path);
    return {std::istreambuf_iterator(stream), {}};
  }
  [[nodiscard]] json::value data() const {
    const std::string page = read(), begin = R"(<script type="application/json" id="data">)";
    const std::size_t at = page.find(begin) + begin.size();
    return json::parse(page.substr(at, page.find("</script>", at) - at));
  }
};

RunHeader header(const std::string& model) {
  RunHeader h;
  h.version = "0.1.0";
  h.model = model;
  return h;
}

void tell_run(Sink& sink, const std::string& model, const std::string& error = "no") {
  sink.on_start(header(model));
  sink.on_stage_begin({});
  sink.on_record(report_test::answered(0, 30, 4));
  sink.on_stage(full_summary());
  RequestRecord r;  // as a file of an earlier version, without the stage's begin
  r.outcome = Outcome::http_5xx;
  r.dispatched = std::chrono::nanoseconds(1);
  r.ended = std::chrono::nanoseconds(2);
  r.error = error;
  sink.on_record(r);
  sink.on_stage(failed_summary());
  RunResult result;
  result.stages = {full_summary(), failed_summary()};
  sink.on_end(result);
}

TEST_CASE("the page is written at the end, and not before") {
  File file;
  file.sink.on_start(header("m"));
  file.sink.on_stage(full_summary());
  CHECK_FALSE(file.sink.written());
  CHECK_FALSE(std::filesystem::exists(file.path));
  tell_run(file.sink, "m");
  CHECK(file.sink.written());
  CHECK(has(file.read(), "<!DOCTYPE html>"));
}

TEST_CASE("the page has summary.json as it is, and a series for each stage") {
  File file;
  tell_run(file.sink, "m");
  const json::value data = file.data();
  REQUIRE(data.at("runs").as_array().size() == 1);
  const json::value& run = data.at("runs").at(0);
  RunResult result;
  result.stages = {full_summary(), failed_summary()};
  const std::string summary = json::serialize(report::run_summary(header("m"), result, true));
  CHECK(run.at("summary") == json::parse(summary));
  REQUIRE(run.at("stages").as_array().size() == 2);
  CHECK(run.at("stages").at(0).at("points").at("kinds") == "a");
  CHECK(run.at("stages").at(1).at("points").at("kinds") == "h");
}

TEST_CASE("a sink that is used again has the next run on the same page") {
  File file;
  tell_run(file.sink, "first");
  tell_run(file.sink, "second");
  const json::value data = file.data();
  REQUIRE(data.at("runs").as_array().size() == 2);
  CHECK(data.at("runs").at(1).at("summary").at("model") == "second");
  SECTION("and nothing of one that ended without its end") {
    file.sink.on_start(header("third"));
    file.sink.on_record(report_test::answered(0, 30, 4));
    tell_run(file.sink, "fourth");
    const json::value more = file.data();
    REQUIRE(more.at("runs").as_array().size() == 3);
    CHECK(more.at("runs").at(2).at("summary").at("model") == "fourth");
    CHECK(more.at("runs").at(2).at("stages").as_array().size() == 2);
  }
}

TEST_CASE("a run whose start was not told is not on the page, and writes none") {
  File file;
  file.sink.on_stage_begin({});
  file.sink.on_record(report_test::answered(0, 30, 4));
  file.sink.on_stage(full_summary());
  file.sink.on_end({});
  CHECK_FALSE(file.sink.written());
  CHECK_FALSE(std::filesystem::exists(file.path));
}

TEST_CASE("no text of a server ends the block that it stands in, or fills a place of the page") {
  File file;
  const std::string evil = "</script><script>alert(1)</script><!--{{data}}";
  tell_run(file.sink, evil, evil);
  const std::string page = file.read();
  CHECK_FALSE(has(page, "alert(1)</script>"));
  CHECK(file.data().at("runs").at(0).at("summary").at("model") == json::string(evil));
}

TEST_CASE("a page fetches nothing: its policy allows what is in it by hashes") {
  File file;
  tell_run(file.sink, "m");
  const std::string page = file.read(), head = page.substr(0, page.find("<style>"));
  CHECK(has(head, "default-src 'none'"));
  CHECK(has(head, "script-src 'sha256-"));
  CHECK_FALSE(has(head, "unsafe"));
  CHECK_FALSE(has(page, "{{"));
}

TEST_CASE("many stages of many requests share the page's points") {
  File file;
  file.sink.on_start(header("m"));
  RunResult result;
  RequestRecord r = report_test::answered(0, 30, 4);
  for (const int requests : {60'000, 120'000, 10}) {
    file.sink.on_stage_begin({});
    for (int i = 0; i < requests; ++i) {
      r.index = static_cast<std::uint64_t>(i);
      file.sink.on_record(r);
    }
    file.sink.on_stage(full_summary());
    result.stages.push_back(full_summary());
  }
  file.sink.on_end(result);
  const json::value data = file.data();
  const auto points = [&](std::size_t stage) {
    return data.at("runs").at(0).at("stages").at(stage).at("points").at("kinds").as_string().size();
  };
  CHECK(points(0) + points(1) + points(2) <= 100'000 + 64);
  CHECK(points(0) > 15'000);
  CHECK(points(1) > 30'000);
  CHECK(points(2) == 10);
}

TEST_CASE("a page that can't be written is said at once where it can be known, else at the end") {
  const tokenize::TemporaryDirectory folder;
  const std::string nowhere = (folder.path() / "no" / "report.html").string();
  CHECK_THROWS_AS(HtmlSink(nowhere), InputError);
  const std::string taken = (folder.path() / "taken").string();
  HtmlSink sink(taken);
  std::filesystem::create_directory(taken);
  CHECK(has(error_of([&] { tell_run(sink, "m"); }), "taken: write failed: "));
  CHECK_FALSE(sink.written());
  CHECK_FALSE(std::filesystem::exists(taken + ".part"));
}

}  // namespace html_sink_test
