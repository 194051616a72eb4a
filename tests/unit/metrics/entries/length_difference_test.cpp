#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"
#include "unit/text/checks.hpp"

namespace length_difference_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

RequestRecord of_length(std::uint64_t tokens) {
  RequestRecord record = whole(100, tokens);
  record.max_tokens = 10;
  return record;
}

Summary summary_of(const std::vector<RequestRecord>& records, bool exact_output) {
  SummarySettings settings;
  settings.tokenizer = true;
  settings.exact_output = exact_output;
  return summarize(records, settings, {ClosedLoop{1}, records.size()});
}

TEST_CASE("an answer is off by what it has more or fewer, by whose tokens count") {
  CHECK(near(length_difference(of_length(10)), 0));
  CHECK(near(length_difference(of_length(7)), 3));
  RequestRecord longer = of_length(12);
  longer.usage_completion_tokens = 11;
  CHECK(near(length_difference(longer), 2));
  CHECK(near(length_difference(longer, TokensFrom::usage), 1));
  RequestRecord unknown = of_length(1);
  unknown.output_tokens.reset();
  CHECK_FALSE(length_difference(unknown));
}

TEST_CASE("a stage that asked for lengths says of how many they do not hold, and by how much") {
  const Summary s = summary_of({of_length(10), of_length(7), of_length(10), of_length(15)}, true);
  CHECK(near(s.length_mismatch(), 0.5));  // 2 of 4
  REQUIRE(s.length_difference());
  CHECK(s.length_difference()->count == 4);
  CHECK(near(s.length_difference()->p50, 1.5));  // of 0, 0, 3, 5
  CHECK(s.notes ==
        std::vector<std::string>{
            "50 % of the answers have not the length that was asked for: off by 1.5 tokens at p50 and "
            "4.94 at p99 of all answers"});
  CHECK(near(summary_of({of_length(10)}, true).length_mismatch(), 0));
  CHECK(summary_of({of_length(10)}, true).notes.empty());
}

TEST_CASE("a stage that did not ask for lengths says nothing of them") {
  const Summary s = summary_of({of_length(10), of_length(7)}, false);
  CHECK_FALSE(s.length_mismatch());
  CHECK_FALSE(s.length_difference());
}

}  // namespace length_difference_test
