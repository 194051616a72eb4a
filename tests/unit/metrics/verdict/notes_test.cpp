#include "metrics/verdict/notes.hpp"

#include "metrics/stage_fold.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"
#include "unit/text/checks.hpp"

namespace notes_test {

using namespace llmload;
using namespace std::chrono_literals;
using metrics::SummarySettings;
using namespace llmload::metrics_test;

/// All notes of a stage of `records`, a line each.
std::string notes_on(const std::vector<RequestRecord>& records, bool stream = true,
                     CachePolicy cache = CachePolicy::shared) {
  SummarySettings settings;
  settings.tokenizer = true;
  settings.stream = stream;
  settings.cache = cache;
  metrics::StageFold fold(settings, {ClosedLoop{1}, records.size()}, 1);
  for (const auto& record : records) fold.add(record);
  std::string lines;
  for (const auto& note : fold.summarize({}).notes) lines += note + '\n';
  return lines;
}

TEST_CASE("answers that came as one body although a stream was asked for are noted with their number") {
  const auto stream = streamed(100, {event(50, 1)});
  CHECK(notes_on({stream, whole(100, 5), whole(100, 5)}) ==
        "2 of 3 answers came as one body although a stream was asked for: they have no TTFT\n");
  CHECK(notes_on({stream}).empty());
  CHECK(notes_on({whole(100, 5)}, false).empty());
}

TEST_CASE("streams without a token event are noted with their number") {
  auto empty = streamed(100, {});
  empty.output_tokens = 1;
  CHECK(notes_on({streamed(100, {event(50, 1)}), empty}) ==
        "1 of 2 answers are streams without a token event\n");
}

TEST_CASE("the chat template's tokens are noted where the server counts any") {
  auto record = streamed(100, {event(50, 1)});
  record.prompt_tokens = 20;
  record.system_tokens = 5;
  record.usage_prompt_tokens = 25;
  CHECK(notes_on({record}).empty());
  record.usage_prompt_tokens = 36;
  CHECK(notes_on({record, record}) ==
        "the server counts 11 prompt tokens a request beyond the prompt's own: those of its chat template\n");
  auto other = record;
  other.usage_prompt_tokens = 38;
  CHECK(notes_on({record, other}) ==
        "the server counts 11 to 13 prompt tokens a request beyond the prompt's own: those of its chat "
        "template\n");
}

TEST_CASE("a server that counts fewer prompt tokens than we do is said to do that") {
  auto record = streamed(100, {event(50, 1)});
  record.prompt_tokens = 20;
  record.usage_prompt_tokens = 14;
  CHECK(
      notes_on({record}) ==
      "the server counts fewer prompt tokens than we do, up to 6 a request: its tokenizer is another one, or "
      "it does not read the whole prompt\n");
}

TEST_CASE("what all requests share with the system prompt may be cached, though prompts are unique") {
  RequestRecord record = whole(100, 5);
  record.prompt_tokens = 10;
  record.system_tokens = 10;
  for (const auto& [cached, text] :
       {std::pair(8, "had 40 % of the prompts' tokens in its cache; the plan made 50 % possible"),
        {12, "had 60 % of the prompts' tokens in its cache, though prompts share no more than 50 %"}}) {
    record.usage_cached_tokens = static_cast<std::uint64_t>(cached);
    CHECK(has(notes_on({record}, false, CachePolicy::unique), text));
  }
}

TEST_CASE("the server's cached tokens stand beside those that the plan made possible") {
  auto record = streamed(100, {event(50, 1)});
  record.prompt_tokens = 20;
  record.usage_prompt_tokens = 20;
  record.usage_cached_tokens = 8;
  record.shared_tokens = 10;
  CHECK(has(notes_on({record, record}),
            "the server had 40 % of the prompts' tokens in its cache; the plan made 50 % possible"));
  record.shared_tokens = 4;
  CHECK(has(notes_on({record, record}), "though prompts share no more than 20 %"));
  record.shared_tokens = 0;
  CHECK(has(notes_on({record, record}), "though no prompt was sent before"));
}

TEST_CASE("a usage that can't be, and a finish reason that nobody knows, are noted with their number") {
  auto record = streamed(100, {event(50, 1)});
  record.usage_refused = true;
  CHECK(has(notes_on({record}), "1 of 1 answers have a usage that can't be, which is not used"));
  record.usage_refused = false;
  record.finish_reason = "odd";
  CHECK(notes_on({record, record}) ==
        "finish reasons that this version does not know were taken for good ones: odd (2)\n");
  record.finish_reason = "stop";
  CHECK(notes_on({record}).empty());
}

TEST_CASE("texts for which there was no room are noted with their number, and are no other notes") {
  auto kept = streamed(100, {event(50, 1)}), dropped = streamed(100, {});
  dropped.first_token = dropped.last_token = 50ns;
  dropped.text_dropped = true;
  dropped.usage_completion_tokens = 9;
  CHECK(notes_on({kept, dropped}) ==
        "the texts of 1 of 2 answers were dropped, for which there was no room (MAX_WAITING_BYTES): their "
        "output "
        "tokens are the server's, and they are in no event gap and no ITL\n");
}

TEST_CASE("answers that ended without a finish reason are noted with their number") {
  auto record = streamed(100, {event(50, 1)});
  CHECK(notes_on({record}).empty());
  record.finish_reason.clear();
  CHECK(notes_on({record, streamed(100, {event(50, 1)})}) ==
        "1 of 2 answers ended without a finish reason\n");
}

}  // namespace notes_test
