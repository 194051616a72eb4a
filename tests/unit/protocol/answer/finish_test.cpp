#include <string>

#include "llmload/request_record.hpp"
#include "support/catch.hpp"

namespace finish_test {

using namespace llmload;

TEST_CASE("a finish reason is told in any case") {
  CHECK(finish_of("") == Finish::none);
  for (const char* reason :
       {"stop", "length", "tool_calls", "function_call", "eos_token", "STOP", "MAX_TOKENS",
        "max_output_tokens", "pause_turn", "model_context_window_exceeded"})
    CHECK(finish_of(reason) == Finish::good);
  for (const char* reason : {"content_filter", "content_filter_error", "SAFETY", "refusal"})
    CHECK(finish_of(reason) == Finish::filtered);
  for (const char* reason : {"error", "abort", "Aborted", "cancelled", "canceled", "timeout", "failed",
                             "insufficient_system_resource", "internal_error"})
    CHECK(finish_of(reason) == Finish::failed);
  CHECK(finish_of("something_new") == Finish::unknown);
}

}  // namespace finish_test
