#include "report/records/server_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/report/sample_summary.hpp"

namespace server_json_test {

using namespace llmload;
namespace json = boost::json;

ServerMetrics through_text(const ServerMetrics& server) {
  return report::read_server(json::parse(json::serialize(report::server_in_millionths(server))).as_object());
}

TEST_CASE("what a server said comes back from a stage's line as it was") {
  ServerMetrics server = report_test::server_metrics();
  CHECK(through_text(server) == server);
  server.running->mean = 333'333 / 1e6;
  server.prefix_hit_share = 123'457 / 1e6;
  CHECK(through_text(server) == server);
  CHECK(through_text({}) == ServerMetrics{});
}

TEST_CASE("a level of a stage's line that is no pair of numbers is refused") {
  for (const char* line : {R"({"scrapes":1,"failed":0,"running":[1]})",
                           R"({"scrapes":1,"failed":0,"queued":7})", R"({"failed":0})"}) {
    INFO(line);
    CHECK_THROWS_AS(report::read_server(json::parse(line).as_object()), InputError);
  }
}

}  // namespace server_json_test
