#include "metrics/verdict/usage_doubt.hpp"

#include "support/catch.hpp"
#include "unit/metrics/records.hpp"
#include "unit/text/checks.hpp"

namespace usage_doubt_test {

using namespace llmload;
using namespace llmload::metrics_test;
using metrics::SummarySettings;

Summary summary_of(const std::vector<RequestRecord>& records) {
  metrics::UsageDoubt doubt;
  for (const RequestRecord& record : records) doubt.add(record);
  SummarySettings settings;
  settings.tokenizer = true;
  Summary s;
  doubt.fill(s, settings);
  return s;
}

RequestRecord counted(std::uint64_t by_usage, std::uint64_t by_tokenizer) {
  RequestRecord r = whole(100, by_tokenizer);
  r.usage_completion_tokens = by_usage;
  return r;
}

/// A stream of `bytes` of text, which no tokenizer counted.
RequestRecord uncounted(std::uint64_t by_usage, std::uint32_t bytes) {
  RequestRecord r = streamed(200, {event(50, 0), event(90, 0)});
  r.output_tokens.reset();
  r.usage_completion_tokens = by_usage;
  r.events[0].text_end = bytes / 2;
  r.events[1].text_end = bytes;
  return r;
}

TEST_CASE("usage and tokenizer are in doubt where one is more than 1.5 times the other") {
  CHECK(near(summary_of({counted(30, 20)}).usage_ratio, 1.5));
  CHECK(summary_of({counted(30, 20)}).token_doubt.empty());
  CHECK(summary_of({counted(20, 30)}).token_doubt.empty());
  CHECK(has(summary_of({counted(31, 20)}).token_doubt,
            "the server counts 31 output tokens in 1 answers, the tokenizer 20"));
  CHECK_FALSE(summary_of({counted(20, 31)}).token_doubt.empty());
  CHECK(summary_of({counted(2, 1), counted(2, 1)}).token_doubt.empty());  // the token that ends each
  CHECK_FALSE(summary_of({counted(0, 20)}).token_doubt.empty());
  CHECK_FALSE(summary_of({}).usage_ratio);
}

TEST_CASE("reasoning that usage tells is no part of the two") {
  auto hidden = counted(120, 20);
  hidden.usage_reasoning_tokens = 100;
  CHECK(near(summary_of({hidden}).usage_ratio, 1));
  auto shown = counted(120, 120);
  shown.usage_reasoning_tokens = 100;
  shown.reasoning_tokens = 100;
  CHECK(near(summary_of({shown}).usage_ratio, 1));
  auto apart = counted(20, 20);
  apart.usage_reasoning_tokens = 100;
  CHECK(near(summary_of({apart}).usage_ratio, 1));
}

TEST_CASE("without a tokenizer usage is held against the text's bytes") {
  CHECK(summary_of({uncounted(100, 400)}).token_doubt.empty());
  CHECK(summary_of({uncounted(100, 80)}).token_doubt.empty());
  CHECK(has(summary_of({uncounted(100, 50)}).token_doubt, "100 output tokens in answers of 50 bytes"));
  CHECK(has(summary_of({uncounted(1, 300)}).token_doubt, "1 output tokens in 300 bytes of text"));
  auto one_body = whole(100, 0);
  one_body.output_tokens.reset();
  one_body.usage_completion_tokens = 1;
  one_body.body_bytes = 300;
  CHECK(summary_of({one_body}).token_doubt.empty());  // most of them are no text
}

TEST_CASE("a whole answer's usage is held against its text, where its size is known") {
  const auto with = [](std::uint64_t usage, std::uint64_t bytes) {
    RequestRecord r = whole(100, 0);
    r.output_tokens.reset();
    r.usage_completion_tokens = usage;
    r.body_bytes = bytes + 200;
    r.text_bytes = bytes;
    return r;
  };
  CHECK(has(summary_of({with(100, 0)}).token_doubt, "100 output tokens in answers of 0 bytes"));
  CHECK(has(summary_of({with(1, 10'000)}).token_doubt, "1 output tokens in 10000 bytes of text"));
  CHECK(summary_of({with(100, 400)}).token_doubt.empty());
  CHECK(summary_of({with(1, 0)}).token_doubt.empty());
}

}  // namespace usage_doubt_test
