#include "dialect/known.hpp"

#include "support/catch.hpp"

namespace known_test {

using namespace llmload;
using dialect::known_by_path;

TEST_CASE("the end of a path tells the dialect, the longest suffix first") {
  CHECK(known_by_path("/v1/chat/completions") == chat_dialect());
  CHECK(known_by_path("chat/completions") == chat_dialect());
  CHECK(known_by_path("/v1/completions") == completions_dialect());
  CHECK(known_by_path("/v1/responses") == responses_dialect());
  CHECK(known_by_path("/v1/messages") == anthropic_dialect());
  CHECK(known_by_path("/v1/pre-completions") == nullptr);
  CHECK(known_by_path("/v1/messages/count_tokens") == nullptr);
  CHECK(known_by_path("/v1/embeddings") == nullptr);
  CHECK(known_by_path("") == nullptr);
}

TEST_CASE("each dialect that is known has a name of its own for the outputs") {
  CHECK(chat_dialect()->name() == "chat");
  CHECK(completions_dialect()->name() == "completions");
  CHECK(responses_dialect()->name() == "responses");
  CHECK(anthropic_dialect()->name() == "anthropic");
}

}  // namespace known_test
